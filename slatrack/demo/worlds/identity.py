"""Identity: sign-in and directory, four priorities around the world (D1–D10)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from slatrack.demo.stories.identity import STORIES, WORDS
from slatrack.demo.world import Caller, Customer, Deal, Person, World

BOTH = ("sign_in", "directory")

IDENTITY = World(
    slug="identity",
    name="Identity",
    timezone="Europe/London",
    accent="#3557c9",
    team=(
        Person("Eleanor Ashby", "owner"),
        Person("Rhys Morgan", "lead"),
        Person("Grace Okafor", "lead"),
        Person("Callum Hughes", "agent"),
        Person("Mei-Ling Chen", "agent"),
        Person("Diego Herrera", "agent"),
        Person("Aoife Brennan", "agent"),
        Person("Jack Nolan", "agent"),
        Person("Victoria Lane", "account_manager"),
    ),
    customers=(
        Customer(
            "Harrow & Finch Insurance",
            "harrowfinch",
            (
                Caller("Oliver Tennant", credits=True, organisation=True, busy=4),
                Caller("Zainab Malik", busy=3),
                Caller("Peter Lowry", support=False, top=False, busy=0),
            ),
            (Deal("standard", BOTH, price=Decimal("2950.00")),),
            share=5,
        ),
        Customer(
            "Cobalt Rail",
            "cobaltrail",
            (
                Caller("Sunita Rao", organisation=True, credits=True),
                Caller("Gethin Price"),
                Caller("Molly Hargreaves", top=False),
            ),
            (Deal("standard", BOTH, price=Decimal("4100.00")),),
            share=4,
        ),
        Customer(
            "Penwith University",
            "penwith",
            (Caller("Dr Alan Trewin", organisation=True), Caller("Jessica Nance", busy=4)),
            (Deal("standard", BOTH, price=Decimal("1800.00"), billing_period="year"),),
            share=5,
        ),
        Customer(
            "Larkspur Health",
            "larkspur",
            (Caller("Dana Whitfield", organisation=True, credits=True, busy=3), Caller("Marcus Bell")),
            (Deal("standard", BOTH, price=Decimal("5600.00")),),
            share=4,
            timezone="America/Los_Angeles",
        ),
        Customer(
            "Tasman Freight",
            "tasmanfreight",
            (Caller("Bronwyn Hale", organisation=True), Caller("Lachlan Ferris")),
            (Deal("standard", ("sign_in",), price=Decimal("1250.00")),),
            timezone="Australia/Sydney",
        ),
        Customer(
            "Bramble Retail Group",
            "bramble",
            (Caller("Hannah Stone", organisation=True), Caller("Kofi Boateng"), Caller("Tina Marsh", top=False)),
            (Deal("standard", BOTH, price=Decimal("2300.00")),),
            share=4,
        ),
        Customer(
            "Osprey Analytics",
            "ospreyanalytics",
            (Caller("Noah Feldman", organisation=True), Caller("Leila Karimi")),
            (Deal("standard", ("sign_in",), age=timedelta(days=75), price=Decimal("690.00")),),
            share=2,
            timezone="America/New_York",
        ),
        Customer(
            "Quayside Credit Union",
            "quaysidecu",
            (Caller("Fiona Drummond", organisation=True),),
            (
                Deal(
                    "standard",
                    BOTH,
                    price=Decimal("950.00"),
                    ended=timedelta(days=38),
                    note="Merged into another institution.",
                ),
            ),
            share=1,
        ),
    ),
    words=WORDS,
    stories=STORIES,
    tickets=150,
)
