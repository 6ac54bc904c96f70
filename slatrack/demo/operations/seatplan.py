"""Seatplan: news of system updates and of the change log, each for itself (A10); incidents kept by hand."""

from __future__ import annotations

from datetime import timedelta

from slatrack.demo.operation import News, Operations, Report, Trouble, Word, Works

JONAS, AMELIE, TARIQ = "Jonas De Backer", "Amélie Fontaine", "Tariq Haddad"

SEATPLAN = Operations(
    reported_as=("bug", "ordinary"),
    troubles=(
        Trouble(
            "Plans load slowly",
            "",
            timedelta(days=26, hours=4),
            TARIQ,
            (("seating", "renderer", "degraded"),),
            "Plans with more than a thousand seats take up to twenty seconds to show. Booking works once they are"
            " there.",
            (
                Word(
                    35, "identified", "A new version draws shadows in a slow way. We are going back to the one before."
                ),
                Word(80, "resolve", "We are back on the version before. Plans show within a second."),
            ),
            reports=(
                Report(
                    -10,
                    "Meerhout Arena",
                    "Femke Aerts",
                    "Large plan takes very long",
                    "The plan of the arena took twenty seconds this morning.",
                ),
            ),
        ),
    ),
    works=(
        Works(
            "Booking moves to a new database",
            (("seating", "booking"),),
            timedelta(days=-11),
            timedelta(hours=1),
            JONAS,
            "No bookings are taken for a few minutes.",
            hour=4,
            took=timedelta(hours=1, minutes=15),
        ),
        Works(
            "Designer: new version",
            (("seating", "designer"),),
            timedelta(days=6),
            timedelta(hours=1),
            AMELIE,
            "The designer restarts. Save your plan before.",
            notice=timedelta(days=8),
            hour=6,
        ),
    ),
    news=(
        News(
            "system_updates",
            "Booking runs on a new database",
            "Since Sunday bookings are kept on **new servers**. They answer in half the time, and nothing changes for"
            " you.",
            timedelta(days=10),
        ),
        News(
            "system_updates",
            "Old browsers",
            "From January on the designer needs a browser of the last three years.",
            timedelta(days=4),
        ),
        News(
            "change_log",
            "Designer 4.2",
            "- Rows can be numbered from the aisle\n- Seats for companions are drawn beside wheelchair places\n- Undo"
            " goes back a hundred steps",
            timedelta(days=18),
            ("seating",),
        ),
        News(
            "change_log",
            "Designer 4.3",
            "- Two people can work on one plan\n- Price categories have colours of their own",
            timedelta(days=2),
            ("seating",),
        ),
        News("change_log", "Designer 4.4", "- Plans can be printed over several pages", None, ("seating",)),
    ),
    followers=(
        ("kassa@theater.example", ("system updates",), ("",)),
        ("web@concerthall.example", ("system updates", "change log"), ("",)),
    ),
)
