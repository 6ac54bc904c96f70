"""Identity: sign-in and directory, four priorities around the world (D1–D10)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from slatrack.demo.world import Caller, Customer, Deal, Live, Person, World

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
    tickets=128,
    live=(
        # Urgent: one hour, at every hour of every day (D2).
        Live("signin-down", "Harrow & Finch Insurance", "Oliver Tennant", due=timedelta(minutes=7), assigned=True),
        Live("urgent-mail", "Larkspur Health", "Dana Whitfield", due=timedelta(minutes=11), assigned=False),
        Live("signin-down", "Tasman Freight", "Bronwyn Hale", due=timedelta(minutes=26), assigned=True),
        Live("signin-down", "Bramble Retail Group", "Kofi Boateng", due=timedelta(minutes=-14), assigned=True),
        Live("phishing", "Penwith University", "Jessica Nance", turns=2, due=timedelta(minutes=18), assigned=True),
        Live("signin-down", "Cobalt Rail", "Sunita Rao", turns=3, age=timedelta(hours=2)),
        # The other priorities count while one of the three teams works (D1).
        Live("scim-sync", "Harrow & Finch Insurance", "Zainab Malik", due=timedelta(minutes=50), assigned=True),
        Live("slow-signin", "Cobalt Rail", "Gethin Price", turns=2, due=timedelta(hours=2), assigned=True),
        Live("saml-setup", "Osprey Analytics", "Noah Feldman", due=timedelta(hours=4), assigned=False),
        Live("scim-sync", "Bramble Retail Group", "Hannah Stone", due=timedelta(hours=-1), assigned=False),
        Live("token-lifetime", "Tasman Freight", "Lachlan Ferris", due=timedelta(minutes=-50), assigned=True),
        Live("onboarding", "Harrow & Finch Insurance", "Oliver Tennant", turns=2, age=timedelta(hours=12)),
        Live("clock-skew", "Penwith University", "Dr Alan Trewin", turns=2, age=timedelta(hours=9)),
        Live("slow-signin", "Larkspur Health", "Marcus Bell", turns=5, age=timedelta(hours=26)),
        Live("phishing", "Bramble Retail Group", "Hannah Stone", turns=5, age=timedelta(hours=16)),
        Live("mfa-lost", "Larkspur Health", "Dana Whitfield", turns=3, age=timedelta(hours=10)),
        Live("provisioning", "Harrow & Finch Insurance", "Oliver Tennant", turns=3, age=timedelta(hours=8)),
        Live("feature-passkeys", "Harrow & Finch Insurance", "Oliver Tennant", turns=2, age=timedelta(hours=30)),
        # A subscription that has ended.
        Live("email-change", "Quayside Credit Union", "Fiona Drummond", age=timedelta(hours=6)),
        Live("clock-skew", "Cobalt Rail", "Molly Hargreaves", turns=5, age=timedelta(hours=14)),
    ),
)
