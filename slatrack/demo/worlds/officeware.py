"""Officeware: business software in three tiers, with a number of incidents a month (E1–E8)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from slatrack.demo.world import Caller, Customer, Deal, Live, Person, Ware, World

OFFICEWARE = World(
    slug="officeware",
    name="Officeware",
    timezone="Europe/Berlin",
    accent="#b3520e",
    team=(
        Person("Annegret Fuchs", "owner"),
        Person("Lukas Brandt", "lead"),
        Person("Svenja Krüger", "agent"),
        Person("Milan Petrović", "agent"),
        Person("Teresa Neumann", "agent"),
        Person("Bilal Demir", "agent"),
        Person("Katharina Voss", "account_manager"),
        Person("Felix Engel", "account_manager"),
    ),
    customers=(
        Customer(
            "Albrecht Maschinenbau",
            "albrecht-maschinen",
            (
                Caller("Martina Albrecht", credits=True, organisation=True, busy=4),
                Caller("Jörg Winter", busy=3),
                Caller("Nele Franke", support=False, top=False, busy=0),
            ),
            (Deal("gold", ("suite", "documents", "payroll"), price=Decimal("1499.00"), billing_period="year"),),
            share=6,
        ),
        Customer(
            "Stadtwerke Elmenau",
            "stadtwerke-elmenau",
            (
                Caller("Dr. Ute Lorenz", organisation=True, credits=True),
                Caller("Patrick Seidel", busy=3),
                Caller("Aylin Koç"),
            ),
            (
                Deal(
                    "gold",
                    ("suite", "documents", "invoicing"),
                    price=Decimal("1999.00"),
                    billing_period="year",
                    extensions=("weekends_and_holidays",),
                    note="Weekends and holidays agreed, for the meters.",
                ),
            ),
            share=6,
        ),
        Customer(
            "Kanzlei Reuter & Sommer",
            "reuter-sommer",
            (Caller("Simone Reuter", organisation=True), Caller("Jan Ostermann")),
            (Deal("enterprise", ("suite", "documents")),),
            share=4,
        ),
        Customer(
            "Nordlicht Verlag",
            "nordlicht-verlag",
            (Caller("Henrike Paulsen", organisation=True), Caller("Tobias Lenz", top=False)),
            (Deal("enterprise", ("suite", "invoicing")),),
        ),
        Customer(
            "Clinique du Val Fleuri",
            "valfleuri",
            (Caller("Mathilde Roche", organisation=True), Caller("Yannick Morel")),
            (Deal("enterprise", ("suite", "payroll"), age=timedelta(days=210)),),
            timezone="Europe/Paris",
        ),
        Customer(
            "Autohaus Lindner",
            "autohaus-lindner",
            (Caller("Steffen Lindner", organisation=True, busy=3), Caller("Carola Beck")),
            (Deal("professional", ("suite", "invoicing")),),
            share=4,
        ),
        Customer(
            "Bäckerei Hofmann",
            "baeckerei-hofmann",
            (Caller("Eva Hofmann", organisation=True),),
            (Deal("professional", ("invoicing", "payroll")),),
            share=2,
        ),
        Customer(
            "Polder Accountants",
            "polder-accountants",
            (Caller("Marleen de Graaf", organisation=True), Caller("Sven Mulder")),
            (Deal("professional", ("suite", "payroll"), ended=timedelta(days=52), note="Subscription not renewed."),),
            share=1,
            timezone="Europe/Amsterdam",
        ),
    ),
    tickets=128,
    products=(
        Ware("suite", "Office suite", "Spreadsheets, writing and calendars."),
        Ware("documents", "Document archive", "Scanning, filing and finding documents."),
        Ware("invoicing", "Invoicing", "Offers, invoices and reminders."),
        Ware("payroll", "Payroll", "Wages, payslips and notifications to the authorities."),
    ),
    live=(
        # While the office is closed these fall due after the next opening.
        Live("files-locked", "Albrecht Maschinenbau", "Martina Albrecht", due=timedelta(minutes=5), assigned=True),
        Live("payslip", "Clinique du Val Fleuri", "Mathilde Roche", turns=2, due=timedelta(minutes=10), assigned=True),
        Live("access-rights", "Kanzlei Reuter & Sommer", "Simone Reuter", turns=2, due=timedelta(minutes=50)),
        Live("bank-import", "Stadtwerke Elmenau", "Patrick Seidel", due=timedelta(hours=2), assigned=False),
        Live("invoice-numbers", "Nordlicht Verlag", "Henrike Paulsen", due=timedelta(hours=6), assigned=True),
        # Its weekends and holidays are agreed (E7).
        Live("email-out", "Stadtwerke Elmenau", "Dr. Ute Lorenz", due=timedelta(minutes=15), assigned=True),
        # Fell due, and nobody has answered.
        Live("slow-archive", "Stadtwerke Elmenau", "Aylin Koç", due=timedelta(hours=-1), assigned=True),
        Live("crash-export", "Nordlicht Verlag", "Tobias Lenz", due=timedelta(minutes=-20), assigned=False),
        # The month's incidents are used up: best effort (E3).
        Live("print-margin", "Autohaus Lindner", "Steffen Lindner", turns=2, age=timedelta(hours=26), this_month=True),
        Live("calendar-sync", "Autohaus Lindner", "Carola Beck", age=timedelta(hours=6), this_month=True),
        Live("bank-import", "Bäckerei Hofmann", "Eva Hofmann", turns=3, age=timedelta(hours=22), this_month=True),
        Live("payslip", "Bäckerei Hofmann", "Eva Hofmann", age=timedelta(hours=4), this_month=True),
        # Outside the plans (E8), and a subscription that has ended: no service level.
        Live("training", "Albrecht Maschinenbau", "Martina Albrecht", turns=2, age=timedelta(hours=9)),
        Live("formula", "Polder Accountants", "Marleen de Graaf", age=timedelta(hours=5)),
        Live("crash-export", "Albrecht Maschinenbau", "Jörg Winter", turns=2, age=timedelta(hours=11)),
        # The client contests a pause, and nobody has answered yet.
        Live("invoice-numbers", "Stadtwerke Elmenau", "Dr. Ute Lorenz", turns=6, age=timedelta(hours=14)),
        Live("email-out", "Albrecht Maschinenbau", "Jörg Winter", turns=3, age=timedelta(hours=8)),
        Live("payslip", "Albrecht Maschinenbau", "Martina Albrecht", turns=5, age=timedelta(hours=15)),
        Live("server-update", "Kanzlei Reuter & Sommer", "Jan Ostermann", turns=5, age=timedelta(hours=11)),
        Live("vat", "Albrecht Maschinenbau", "Martina Albrecht", turns=4, age=timedelta(hours=18)),
    ),
)
