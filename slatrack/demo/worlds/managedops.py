"""Managedops: managed hosting, P1 to P4, with an addendum for two of three packages (C1–C14)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from slatrack.demo.world import Caller, Customer, Deal, Live, Merge, Person, World

HOSTING = ("hosting", "portal")
EVERYTHING = ("hosting", "portal", "control_plane")

MANAGEDOPS = World(
    slug="managedops",
    name="Managedops",
    timezone="Europe/Amsterdam",
    accent="#1d7a4a",
    incident_line="+31 20 000 0112",
    team=(
        Person("Ruud Terpstra", "owner"),
        Person("Noor Dekkers", "owner"),
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
    tickets=128,
    live=(
        # P1: one hour, around the clock.
        Live("shop-down", "Groenland Webwinkels", "Tessa Vos", turns=2, due=timedelta(minutes=7), assigned=True),
        # The same outage, filed by a colleague too: merged.
        Live("shop-down", "Groenland Webwinkels", "Mark Oudshoorn", due=timedelta(minutes=15), assigned=False),
        Live("restore", "Zorggroep De Linde", "Samuel Osei", due=timedelta(minutes=12), assigned=False),
        Live("shop-down", "Saffier Software", "Emre Kaya", due=timedelta(minutes=33), assigned=True),
        # Fell due, and nobody has given a substantive answer; an acknowledgement is none (C1).
        Live("shop-down", "Drukkerij Hoekstra", "Sjoerd Hoekstra", turns=2, due=timedelta(minutes=-22), assigned=True),
        Live("shop-down", "Zorggroep De Linde", "Patricia Nouwen", turns=4, age=timedelta(hours=2)),
        Live("security-scan", "Saffier Software", "Robin Verhagen", turns=3, age=timedelta(hours=3)),
        Live("security-scan", "Groenland Webwinkels", "Mark Oudshoorn", turns=4, age=timedelta(hours=6)),
        # Everything else is best effort: measured in office hours.
        Live("memory", "Saffier Software", "Lisa Tan", turns=2, age=timedelta(hours=6)),
        Live("certificate", "Museum De Werf", "Fatima Zahra Idrissi", turns=2, age=timedelta(hours=5)),
        Live("disk-filling", "Drukkerij Hoekstra", "Anna Zijlstra", age=timedelta(hours=2), assigned=False),
        Live("firewall", "Groenland Webwinkels", "Tessa Vos", turns=4, age=timedelta(hours=20)),
        Live("login-portal", "Notariaat Van Dalen", "Ilse Roos", turns=2, age=timedelta(hours=7)),
        Live("firewall", "Saffier Software", "Emre Kaya", turns=2, age=timedelta(hours=9)),
        Live("partner-outage", "Groenland Webwinkels", "Mark Oudshoorn", turns=6, age=timedelta(hours=11)),
        Live("monitoring-wish", "Zorggroep De Linde", "Joke de Wit", turns=4, age=timedelta(hours=36)),
        Live("dns-change", "Notariaat Van Dalen", "Michiel van Dalen", turns=2, age=timedelta(hours=8)),
        # Not an agreed contact (C10), and a package that has ended (C6): no service level.
        Live("php-version", "Groenland Webwinkels", "Iris Kok", age=timedelta(hours=3)),
        Live("slow-queries", "Bakels Transport", "Ramona Stoica", age=timedelta(hours=4)),
        Live("queue-stuck", "Groenland Webwinkels", "Tessa Vos", turns=6, age=timedelta(hours=10)),
        Live("backup-report", "Groenland Webwinkels", "Tessa Vos", turns=3, age=timedelta(hours=12)),
    ),
    merges=(
        Merge(
            "Groenland Webwinkels",
            "Mark Oudshoorn",
            "shop-down",
            "The same outage, which your colleague reported a few minutes earlier.",
            ago=timedelta(minutes=4),
        ),
    ),
)
