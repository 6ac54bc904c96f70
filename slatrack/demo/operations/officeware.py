"""Officeware: its agreement says nothing of incidents, so they are kept by hand, without a level or a cadence."""

from __future__ import annotations

from datetime import timedelta

from slatrack.demo.operation import Operations, Report, Trouble, Word, Works

LUKAS, SVENJA, MILAN = "Lukas Brandt", "Svenja Krüger", "Milan Petrović"

OFFICEWARE = Operations(
    reported_as=("incident", "severity_3"),
    troubles=(
        Trouble(
            "Invoices cannot be sent by e-mail",
            "",
            timedelta(days=35, hours=3),
            SVENJA,
            (("invoicing", "", "partial"),),
            "Invoices are made and stored, but not sent. Please do not send them a second time: they go out by"
            " themselves.",
            (
                Word(40, "identified", "Our mail provider has blocked us by mistake and is taking that back."),
                Word(130, "resolve", "All invoices that waited have been sent."),
            ),
            reports=(
                Report(
                    -10,
                    "Stadtwerke Elmenau",
                    "Patrick Seidel",
                    "Invoices are not sent",
                    "Forty invoices of this morning say “waiting”.",
                ),
            ),
        ),
    ),
    works=(
        Works(
            "Payroll: tables of the new year",
            (("payroll", ""),),
            timedelta(days=-20),
            timedelta(hours=2),
            MILAN,
            "Payroll cannot be opened meanwhile.",
            hour=21,
            took=timedelta(hours=2, minutes=25),
        ),
        Works(
            "Documents: larger archive",
            (("documents", ""),),
            timedelta(days=8),
            timedelta(hours=3),
            LUKAS,
            "Documents can be read and not changed during the work.",
            notice=timedelta(days=10),
            hour=20,
        ),
    ),
    followers=(("edv@kanzlei.example", ("incidents", "maintenance"), ("invoicing", "documents")),),
)
