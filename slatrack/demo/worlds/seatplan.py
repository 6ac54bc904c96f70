"""Seatplan: seat maps for ticketing sites. One level for all, best endeavours (A1–A11)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from slatrack.demo.world import Caller, Customer, Deal, Live, Person, World

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
            (Deal("standard", SEATING, price=Decimal("420.00"), billing_period="quarter"),),
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
            (Deal("standard", SEATING, price=Decimal("240.00"), billing_period="quarter"),),
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
    tickets=128,
    live=(
        # Serious and unanswered: best effort, running at any hour (A5, A7).
        Live(
            "double-booking", "Theater De Lantaarn", "Katrien Maes", turns=2, age=timedelta(minutes=40), assigned=True
        ),
        Live("double-booking", "Meerhout Arena", "Femke Aerts", turns=4, age=timedelta(hours=5)),
        Live("slow-plan", "Zomerklank Festivals", "Wout Peeters", turns=2, age=timedelta(hours=2)),
        Live("row-missing", "Theater De Lantaarn", "Bram Willems", age=timedelta(minutes=25)),
        Live("price-categories", "Theater De Lantaarn", "Katrien Maes", turns=2, age=timedelta(hours=7)),
        Live("webhook-late", "Orchestre de la Sambre", "Hugo Dumont", turns=2, age=timedelta(hours=11)),
        Live("new-hall", "Halle Neun Kulturbetrieb", "Britta Scholz", turns=2, age=timedelta(hours=14)),
        Live("dark-mode", "Theater De Lantaarn", "Katrien Maes", turns=4, age=timedelta(hours=40)),
        Live("print-plan", "Meerhout Arena", "Stijn Jacobs", turns=3, age=timedelta(hours=26)),
        # No service level: an overdue invoice (A2), no subscription any more (A2), more than a trial's question (A3).
        Live("wrong-total", "Northgate Comedy Rooms", "Gareth Pugh", age=timedelta(hours=3)),
        Live("export", "Northgate Comedy Rooms", "Shanice Cole", turns=4, age=timedelta(hours=12)),
        Live("embed-csp", "Velodroom Kortrijk", "Ruben Declercq", age=timedelta(hours=5)),
        Live("row-missing", "Ópera do Tejo", "Rui Antunes", age=timedelta(hours=6)),
        Live("trial-questions", "Ópera do Tejo", "Marta Figueiredo", turns=3, age=timedelta(hours=4)),
        Live("accessible", "Theater De Lantaarn", "Katrien Maes", turns=3, age=timedelta(hours=6)),
        Live("export", "Halle Neun Kulturbetrieb", "Cem Yıldız", turns=3, age=timedelta(hours=20)),
        Live("embed-csp", "Meerhout Arena", "Dries Luyten", turns=5, age=timedelta(hours=9)),
        Live("group-booking", "Zomerklank Festivals", "Nadia El Amrani", age=timedelta(hours=1)),
    ),
)
