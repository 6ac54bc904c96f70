"""Seatplan: seat maps for ticketing sites. One level for all, best endeavours (A1–A11)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from slatrack.demo.stories.seatplan import STORIES, WORDS
from slatrack.demo.world import Caller, Customer, Deal, Person, World

SEATING = ("seating",)

SEATPLAN = World(
    slug="seatplan",
    name="Seatplan",
    timezone="Europe/Brussels",
    accent="#7a3fd1",
    team=(
        Person("Ines Vermeulen", "owner"),
        Person("Jonas De Backer", "lead"),
        Person("Amélie Fontaine", "agent"),
        Person("Tariq Haddad", "agent"),
        Person("Lotte Claes", "agent"),
        Person("Marek Dvořák", "agent"),
        Person("Sophie Wouters", "account_manager"),
    ),
    customers=(
        Customer(
            "Theater De Lantaarn",
            "delantaarn",
            (
                Caller("Katrien Maes", credits=True, organisation=True, busy=4),
                Caller("Bram Willems", busy=3),
                Caller("Elke Goossens", support=False, top=False, busy=0),
            ),
            (Deal("standard", SEATING, price=Decimal("390.00")),),
            share=5,
        ),
        Customer(
            "Zomerklank Festivals",
            "zomerklank",
            (Caller("Wout Peeters", organisation=True, busy=3), Caller("Nadia El Amrani")),
            (Deal("standard", SEATING, price=Decimal("540.00"), note="Invoiced per festival season."),),
            share=4,
        ),
        Customer(
            "Meerhout Arena",
            "meerhout-arena",
            (
                Caller("Stijn Jacobs", organisation=True, credits=True),
                Caller("Femke Aerts", busy=3),
                Caller("Dries Luyten"),
            ),
            (Deal("standard", SEATING, price=Decimal("1250.00"), billing_period="quarter"),),
            share=5,
        ),
        Customer(
            "Orchestre de la Sambre",
            "orchestre-sambre",
            (Caller("Pauline Lambert", organisation=True), Caller("Hugo Dumont")),
            (Deal("standard", SEATING, price=Decimal("310.00")),),
        ),
        Customer(
            "Northgate Comedy Rooms",
            "northgate-comedy",
            (Caller("Gareth Pugh", organisation=True), Caller("Shanice Cole")),
            (Deal("standard", SEATING, price=Decimal("180.00"), arrears=timedelta(days=24)),),
            timezone="Europe/London",
        ),
        Customer(
            "Halle Neun Kulturbetrieb",
            "halle-neun",
            (Caller("Britta Scholz", organisation=True, credits=True), Caller("Cem Yıldız")),
            (Deal("standard", SEATING, price=Decimal("720.00"), billing_period="quarter"),),
            timezone="Europe/Berlin",
        ),
        Customer(
            "Ópera do Tejo",
            "opera-tejo",
            (Caller("Marta Figueiredo", organisation=True), Caller("Rui Antunes")),
            (
                Deal(
                    "standard", SEATING, age=timedelta(days=16), is_trial=True, note="Decides before the spring season."
                ),
            ),
            share=2,
            timezone="Europe/Lisbon",
        ),
        Customer(
            "Velodroom Kortrijk",
            "velodroom-kortrijk",
            (Caller("Ruben Declercq", organisation=True),),
            (
                Deal(
                    "standard",
                    SEATING,
                    price=Decimal("260.00"),
                    ended=timedelta(days=31),
                    note="Moved to another hall.",
                ),
            ),
            share=1,
        ),
    ),
    words=WORDS,
    stories=STORIES,
    tickets=140,
)
