"""Officeware: business software in three tiers, with a number of incidents a month (E1–E8)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from slatrack.demo.stories.officeware import STORIES, WORDS
from slatrack.demo.world import Caller, Customer, Deal, Person, Ware, World

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
            (Deal("gold", ("suite", "documents", "invoicing"), price=Decimal("1499.00"), billing_period="year"),),
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
    words=WORDS,
    stories=STORIES,
    tickets=150,
    products=(
        Ware("suite", "Office suite", "Spreadsheets, writing and calendars."),
        Ware("documents", "Document archive", "Scanning, filing and finding documents."),
        Ware("invoicing", "Invoicing", "Offers, invoices and reminders."),
        Ware("payroll", "Payroll", "Wages, payslips and notifications to the authorities."),
    ),
)
