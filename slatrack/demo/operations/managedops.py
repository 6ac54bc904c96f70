"""ManagedOps: hosting with a service window on Sunday mornings; a P1 records its steps (C4, C5, C8, C9, C14)."""

from __future__ import annotations

from datetime import timedelta

from slatrack.demo.operation import Lesson, Operations, Report, Rota, Trouble, Word, Works

ESTHER, PRIYA, MATS, JELLE, CHIARA = "Esther Blom", "Priya Raman", "Mats Eriksson", "Jelle Kramer", "Chiara Bianchi"

MANAGEDOPS = Operations(
    reported_as=("incident", "p2"),
    rotas=(
        Rota("Night engineers", (PRIYA, MATS, JELLE, CHIARA)),
        Rota("Incident managers", (ESTHER, "Noor Aziz"), days=14),
    ),
    escalation=(("Night engineers", 5), ("Incident managers", 10), ("leads", 15)),
    troubles=(
        Trouble(
            "Databases in zone 2 do not answer",
            "p1",
            timedelta(days=88, hours=7),
            PRIYA,
            (("hosting", "database", "down"), ("hosting", "web", "partial")),
            "Databases in our second zone do not answer. Sites that use them show errors. We are on it.",
            (
                Word(1, "acknowledge"),
                Word(4, "step:triage"),
                Word(6, "role:coordinator", ESTHER),
                Word(7, "step:coordination"),
                Word(12, "role:engineer", MATS),
                Word(13, "step:engineer"),
                Word(
                    22,
                    "identified",
                    "A storage controller has failed. The databases are being started on the second controller, the"
                    " largest first.",
                ),
                Word(50, "tell", "Nine of fourteen databases answer again. The others follow within the half hour."),
                Word(61, "step:stabilised"),
                Word(77, "monitoring", "All databases answer. We are checking each of them for consistency."),
                Word(
                    118,
                    "resolve",
                    "All databases are up and consistent; nothing that was committed has been lost. The controller is"
                    " replaced tomorrow in the service window of each client.",
                ),
                Word(1560, "step:root_cause"),
            ),
            lesson=Lesson(
                "Databases in zone 2 were away for up to 57 minutes after a storage controller failed and the switch to"
                " its partner did not happen by itself.",
                "The controller failed at 03:12. Its partner should have taken over within thirty seconds and waited"
                " for a confirmation that never came. We started the databases on it by hand.",
                "The heartbeat between the two controllers ran over the line that failed with the first of them.",
                "Heartbeats run over two lines now, and the switch is rehearsed every quarter.",
                actions=(
                    ("Rehearse the switch in zone 1", MATS, 30, True),
                    ("Write the order of databases into the runbook", PRIYA, 20, False),
                ),
            ),
            reports=(
                Report(
                    -3,
                    "Groenland Webwinkels",
                    "Tessa Vos",
                    "Web shop shows a database error",
                    "All five shops show “cannot connect to database”.",
                ),
                Report(
                    6,
                    "Zorggroep De Linde",
                    "Samuel Osei",
                    "Patient planning is down",
                    "Planning says that it has no database. Nurses write on paper now.",
                ),
            ),
        ),
        Trouble(
            "Client portal is slow",
            "p2",
            timedelta(days=40, hours=3),
            "Noor Aziz",
            (("portal", "web", "degraded"),),
            "",
            (
                Word(3, "acknowledge"),
                Word(25, "note", "A report that everybody opens on the first of the month. Cached for an hour now."),
                Word(95, "resolve", "The portal answers within half a second again."),
            ),
            reports=(
                Report(
                    -15,
                    "Drukkerij Hoekstra",
                    "Anna Zijlstra",
                    "Portal takes half a minute",
                    "Every page of the portal takes half a minute.",
                ),
            ),
        ),
        # One update of this one came late.
        Trouble(
            "Web servers unreachable from some networks",
            "p1",
            timedelta(days=19, hours=4),
            JELLE,
            (("hosting", "web", "partial"),),
            "From some networks our web servers cannot be reached. We are looking at the routes.",
            (
                Word(2, "acknowledge"),
                Word(5, "step:triage"),
                Word(9, "step:coordination"),
                Word(
                    27,
                    "identified",
                    "A carrier announces our addresses wrongly. We have asked for it to be taken back and announce"
                    " smaller ranges meanwhile.",
                ),
                Word(31, "step:engineer"),
                Word(66, "monitoring", "The smaller ranges reach most networks. Tell us where it still does not work."),
                Word(70, "step:stabilised"),
                Word(
                    92,
                    "resolve",
                    "The wrong announcement is gone, and everything can be reached from everywhere we measure from.",
                ),
            ),
            reports=(
                Report(
                    -5,
                    "Saffier Software",
                    "Emre Kaya",
                    "Customers of one provider cannot reach us",
                    "Whoever is with one large provider gets a timeout. From here it works.",
                ),
            ),
        ),
        # This is going on now.
        Trouble(
            "Control plane does not take new servers",
            "p1",
            timedelta(minutes=37),
            CHIARA,
            (("control_plane", "api", "partial"),),
            "New servers and changes of size are not taken at the moment. Servers that run are not affected.",
            (
                Word(2, "acknowledge"),
                Word(5, "step:triage"),
                Word(6, "role:coordinator", ESTHER),
                Word(7, "step:coordination"),
                Word(
                    16,
                    "note",
                    "Queue holds 340 jobs, oldest 41 min. Worker 3 hangs on a lock since the deploy of 14:10.",
                ),
                Word(19, "role:engineer", PRIYA),
                Word(20, "step:engineer"),
                Word(
                    23,
                    "identified",
                    "A job holds a lock that all others wait for. We are taking it away without losing what waits.",
                ),
            ),
            reports=(
                Report(
                    -9,
                    "Saffier Software",
                    "Lisa Tan",
                    "Cannot add a server",
                    "“Add server” turns for ever since this afternoon.",
                ),
            ),
        ),
    ),
    works=(
        Works(
            "Kernel updates on all web servers",
            (("hosting", "web"),),
            timedelta(days=-63),
            timedelta(hours=3),
            MATS,
            "Each server restarts once, never two of one client at the same time.",
            notice=timedelta(days=8),
            hour=2,
        ),
        Works(
            "New version of the database software",
            (("hosting", "database"),),
            timedelta(days=-28),
            timedelta(hours=2),
            PRIYA,
            "Databases are away for about ten minutes each.",
            notice=timedelta(days=9),
            took=timedelta(hours=3, minutes=10),
        ),
        # Three days are less than the five that are agreed.
        Works(
            "Portal moves to new servers",
            (("portal", "web"),),
            timedelta(days=-14),
            timedelta(hours=2),
            "Noor Aziz",
            "The portal is away for a few minutes. Tickets by mail are taken all the time.",
            notice=timedelta(days=3),
        ),
        Works(
            "More memory for the control plane",
            (("control_plane", "api"),),
            timedelta(minutes=-50),
            timedelta(hours=2, minutes=30),
            JELLE,
            "Changes may be taken a little later than usual.",
            notice=timedelta(days=7),
            hour=None,
            risky=False,
        ),
        Works(
            "Patch round",
            (("hosting", "web"), ("hosting", "database")),
            timedelta(days=9),
            timedelta(hours=3),
            MATS,
            "The monthly patches. Each server restarts once.",
            notice=timedelta(days=13),
            every_weeks=4,
        ),
    ),
    followers=(
        ("beheer@klant.example", ("incidents", "maintenance"), ("hosting",)),
        ("it@winkel.example", ("incidents", "maintenance"), ("hosting", "portal")),
        ("devops@studio.example", ("incidents",), ("control_plane",)),
    ),
)
