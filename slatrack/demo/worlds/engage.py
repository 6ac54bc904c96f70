"""Engage: business messaging, voice and conversations. High and Normal, in Dutch business hours (B1–B18)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from slatrack.demo.world import Caller, Customer, Deal, Live, Person, World

ENGAGE = World(
    slug="engage",
    name="Engage",
    timezone="Europe/Amsterdam",
    accent="#0b7a94",
    team=(
        Person("Marijke Hofstra", "owner"),
        Person("Ruben Kaptein", "owner"),
        Person("Daan Veenstra", "lead"),
        Person("Yara Nasser", "lead"),
        Person("Timo Brandsma", "agent"),
        Person("Fleur Meijer", "agent"),
        Person("Kwame Mensah", "agent"),
        Person("Anouk Peters", "agent"),
        Person("Rosalie Smit", "account_manager"),
        Person("Bas Kuipers", "account_manager"),
    ),
    customers=(
        Customer(
            "Parcelroute",
            "parcelroute",
            (
                Caller("Joost van Rijn", credits=True, organisation=True, busy=4),
                Caller("Meral Aydın", busy=3),
                Caller("Pim Schouten", support=False, top=False, busy=0),
            ),
            (Deal("standard", ("messaging", "voice"), price=Decimal("2100.00")),),
            share=5,
        ),
        Customer(
            "Bank van Oosterveld",
            "oosterveld",
            (
                Caller("Ellen Drost", organisation=True, credits=True, busy=3),
                Caller("Ravi Baldew"),
                Caller("Hanna Wiersma", top=False),
            ),
            (
                Deal(
                    "standard",
                    ("messaging", "voice", "service_cloud", "conversational_ai"),
                    price=Decimal("6400.00"),
                    beta=("conversational_ai",),
                    note="Assistant for mortgage questions is in early access.",
                ),
            ),
            share=5,
        ),
        Customer(
            "Klinieken Noordzijde",
            "noordzijde",
            (Caller("Sanne Dijkstra", organisation=True), Caller("Omar Bensaïd")),
            (Deal("standard", ("messaging", "voice"), price=Decimal("980.00")),),
            share=4,
        ),
        Customer(
            "Fiets & Veer",
            "fietsenveer",
            (Caller("Lieke Boersma", organisation=True, busy=3), Caller("Tom Haverkamp")),
            (Deal("standard", ("messaging", "marketing_cloud", "service_cloud"), price=Decimal("640.00")),),
            share=4,
        ),
        Customer(
            "TaxiPlus Maasstad",
            "taxiplus",
            (Caller("Achmed Yilmaz", organisation=True), Caller("Corine Blok")),
            (Deal("standard", ("voice", "messaging"), price=Decimal("1150.00")),),
        ),
        Customer(
            "Sundrift Travel",
            "sundrift",
            (Caller("Beatriz Lopes", organisation=True), Caller("Callum Reid", top=False)),
            (
                Deal(
                    "standard",
                    ("marketing_cloud", "conversational_ai", "messaging"),
                    price=Decimal("1890.00"),
                    beta=("conversational_ai",),
                ),
            ),
            timezone="Europe/Lisbon",
        ),
        Customer(
            "Gemeente Rietveen",
            "rietveen",
            (
                Caller("Gerda Postma", organisation=True),
                Caller("Wesley Tromp"),
                Caller("Truus van Beek", support=False, top=False, busy=0),
            ),
            (Deal("standard", ("service_cloud", "voice"), price=Decimal("1320.00"), billing_period="year"),),
        ),
        Customer(
            "Luma Games",
            "lumagames",
            (Caller("Isak Lindqvist", organisation=True),),
            (
                Deal(
                    "standard",
                    ("messaging",),
                    price=Decimal("450.00"),
                    ended=timedelta(days=40),
                    note="Order not renewed.",
                ),
            ),
            share=1,
            timezone="Europe/Stockholm",
        ),
    ),
    tickets=128,
    live=(
        # High: one business hour. While the office is closed these fall due after the next opening.
        Live("sms-delayed", "Parcelroute", "Joost van Rijn", due=timedelta(minutes=4), assigned=True),
        Live("voice-one-way", "TaxiPlus Maasstad", "Achmed Yilmaz", due=timedelta(minutes=8), assigned=False),
        Live("campaign-stuck", "Fiets & Veer", "Lieke Boersma", due=timedelta(minutes=41)),
        Live("inbox-slow", "Gemeente Rietveen", "Wesley Tromp", due=timedelta(minutes=55), turns=2, assigned=True),
        Live("api-401", "Klinieken Noordzijde", "Omar Bensaïd", due=timedelta(hours=3)),
        Live("template-rejected", "Parcelroute", "Meral Aydın", due=timedelta(hours=5), assigned=False),
        # Fell due, and nobody has answered.
        Live("sms-delayed", "Klinieken Noordzijde", "Sanne Dijkstra", due=timedelta(minutes=-35), assigned=True),
        Live("rcs", "Sundrift Travel", "Callum Reid", due=timedelta(hours=-2), assigned=False),
        Live("sender-id", "Parcelroute", "Joost van Rijn", turns=4, age=timedelta(hours=18)),
        Live("voice-one-way", "Gemeente Rietveen", "Gerda Postma", turns=3, age=timedelta(hours=4)),
        Live("port-numbers", "Bank van Oosterveld", "Ravi Baldew", turns=4, age=timedelta(hours=30)),
        Live("chat-widget", "Bank van Oosterveld", "Ellen Drost", turns=4, age=timedelta(hours=5)),
        Live("urgent-newsletter", "Fiets & Veer", "Tom Haverkamp", turns=3, age=timedelta(hours=6)),
        Live("bot-handover", "Bank van Oosterveld", "Hanna Wiersma", turns=3, age=timedelta(hours=9)),
        # Not an authorised user (B8), no order any more, and help with the client's own code: no service level.
        Live("invoice-numbers", "Parcelroute", "Pim Schouten", age=timedelta(hours=2)),
        Live("api-401", "Luma Games", "Isak Lindqvist", age=timedelta(hours=5)),
        Live("own-code", "Fiets & Veer", "Lieke Boersma", turns=2, age=timedelta(hours=3)),
        Live("campaign-stuck", "Parcelroute", "Joost van Rijn", turns=5, age=timedelta(hours=12)),
        Live("trunk-backup", "Parcelroute", "Joost van Rijn", turns=3, age=timedelta(hours=10)),
    ),
)
