"""Identity: sign-in for others' software, on call around the clock for what is urgent (D2)."""

from __future__ import annotations

from datetime import timedelta

from slatrack.demo.operation import Operations, Report, Rota, Trouble, Word, Works

RHYS, GRACE, CALLUM, MEI, DIEGO, AOIFE = (
    "Rhys Morgan",
    "Grace Okafor",
    "Callum Hughes",
    "Mei-Ling Chen",
    "Diego Herrera",
    "Aoife Brennan",
)

IDENTITY = Operations(
    reported_as=("incident", "high"),
    rotas=(Rota("On-call engineers", (CALLUM, MEI, DIEGO, AOIFE), hour=10),),
    escalation=(("On-call engineers", 5), ("leads", 10)),
    troubles=(
        Trouble(
            "Sign-in fails for customers in the USA",
            "urgent",
            timedelta(days=64, hours=8),
            MEI,
            (("sign_in", "web", "partial"), ("sign_in", "api", "partial")),
            "Signing in fails for a part of those who come from North America. We are looking into it.",
            (
                Word(3, "acknowledge"),
                Word(
                    18,
                    "identified",
                    "One of two regions in the USA answers with errors. Everybody is being taken to the other one.",
                ),
                Word(
                    41,
                    "monitoring",
                    "Everybody signs in through the other region. It takes a little longer than usual.",
                ),
                Word(95, "resolve", "Both regions work again, and sign-in takes as long as always."),
            ),
            reports=(
                Report(
                    -6,
                    "Osprey Analytics",
                    "Noah Feldman",
                    "Nobody in Denver can sign in",
                    "Everybody in the Denver office gets an error after the password.",
                ),
                Report(
                    10,
                    "Tasman Freight",
                    "Bronwyn Hale",
                    "Sign-in errors from our US depot",
                    "Works from Sydney, fails from Los Angeles.",
                ),
            ),
        ),
        Trouble(
            "Directory is synchronised hours late",
            "high",
            timedelta(days=22, hours=5),
            DIEGO,
            (("directory", "sync", "degraded"),),
            "",
            (
                Word(6, "acknowledge"),
                Word(20, "note", "One tenant with 400,000 groups holds the queue up. It has a queue of its own now."),
                Word(180, "resolve", "Changes in directories arrive within five minutes again."),
            ),
            reports=(
                Report(
                    -20,
                    "Cobalt Rail",
                    "Sunita Rao",
                    "New colleagues are not there",
                    "People who began today are in our directory since eight and not in yours.",
                ),
            ),
        ),
    ),
    works=(
        Works(
            "New signing keys",
            (("sign_in", "api"),),
            timedelta(days=-17),
            timedelta(hours=1),
            RHYS,
            "Nothing has to be done by whoever reads our keys from their published address.",
            hour=5,
            took=timedelta(hours=1, minutes=20),
        ),
        Works(
            "Larger directory servers",
            (("directory", ""),),
            timedelta(days=12),
            timedelta(hours=2),
            GRACE,
            "Changes are taken all the time and synchronised after the work.",
            notice=timedelta(days=14),
            hour=4,
        ),
    ),
    followers=(
        ("platform@customer.example", ("incidents",), ("sign_in", "directory")),
        ("sso@retailer.example", ("incidents",), ("sign_in",)),
    ),
)
