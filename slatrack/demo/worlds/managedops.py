"""Managedops: managed hosting, P1 to P4, with an addendum for two of three packages (C1–C14)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from slatrack.demo.stories.managedops import STORIES, WORDS
from slatrack.demo.world import Caller, Customer, Deal, Person, World

HOSTING = ("hosting", "portal")
EVERYTHING = ("hosting", "portal", "control_plane")

MANAGEDOPS = World(
    slug="managedops",
    name="Managedops",
    timezone="Europe/Amsterdam",
    accent="#1d7a4a",
    team=(
        Person("Ruud Terpstra", "owner"),
        Person("Esther Blom", "lead"),
        Person("Priya Raman", "agent"),
        Person("Mats Eriksson", "agent"),
        Person("Jelle Kramer", "agent"),
        Person("Chiara Bianchi", "agent"),
        Person("Noor Aziz", "agent"),
        Person("Willem Prins", "account_manager"),
    ),
    customers=(
        Customer(
            "Groenland Webwinkels",
            "groenland",
            (
                Caller("Tessa Vos", credits=True, organisation=True, busy=4),
                Caller("Mark Oudshoorn", busy=3),
                Caller("Iris Kok", support=False, top=False, busy=0),
            ),
            (Deal("critical", EVERYTHING, price=Decimal("3850.00"), note="Change approver: Tessa Vos."),),
            share=5,
        ),
        Customer(
            "Zorggroep De Linde",
            "zorggroep-linde",
            (
                Caller("Patricia Nouwen", organisation=True, credits=True),
                Caller("Samuel Osei", busy=3),
                Caller("Joke de Wit", top=False),
            ),
            (Deal("critical", EVERYTHING, price=Decimal("5200.00"), note="Escalation contact: Patricia Nouwen."),),
            share=5,
        ),
        Customer(
            "Drukkerij Hoekstra",
            "hoekstra-druk",
            (Caller("Sjoerd Hoekstra", organisation=True), Caller("Anna Zijlstra", top=False)),
            (Deal("business", HOSTING, price=Decimal("890.00")),),
        ),
        Customer(
            "Saffier Software",
            "saffier",
            (
                Caller("Robin Verhagen", organisation=True, busy=3),
                Caller("Emre Kaya", busy=3),
                Caller("Lisa Tan", top=False),
            ),
            (Deal("business", EVERYTHING, price=Decimal("1640.00")),),
            share=5,
        ),
        Customer(
            "Notariaat Van Dalen",
            "vandalen-notaris",
            (Caller("Michiel van Dalen", organisation=True), Caller("Ilse Roos", top=False)),
            (Deal("managed", HOSTING, price=Decimal("320.00")),),
            share=2,
        ),
        Customer(
            "Museum De Werf",
            "museumdewerf",
            (
                Caller("Fatima Zahra Idrissi", organisation=True),
                Caller("Gijs Bouwman", support=False, top=False, busy=0),
            ),
            (Deal("managed", HOSTING, price=Decimal("275.00")),),
            share=2,
        ),
        Customer(
            "Bakels Transport",
            "bakels",
            (Caller("Henk Bakels", organisation=True), Caller("Ramona Stoica")),
            (
                Deal(
                    "managed",
                    HOSTING,
                    price=Decimal("410.00"),
                    ended=timedelta(days=45),
                    note="Moved its servers in-house.",
                ),
            ),
            share=1,
        ),
    ),
    words=WORDS,
    stories=STORIES,
    tickets=150,
)
