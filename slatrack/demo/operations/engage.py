"""Engage: messages and calls, watched around the clock; updates every 15, 30 and 120 minutes (B11–B16)."""

from __future__ import annotations

from datetime import timedelta

from slatrack.demo.operation import Lesson, Operations, Report, Rota, Trouble, Word, Works

DAAN, YARA, TIMO, FLEUR, KWAME = "Daan Veenstra", "Yara Nasser", "Timo Brandsma", "Fleur Meijer", "Kwame Mensah"

ENGAGE = Operations(
    reported_as=("issue", "high"),
    rotas=(
        Rota("Operations centre", (TIMO, KWAME, "Anouk Peters", FLEUR)),
        Rota("Duty manager", (DAAN, YARA), days=14),
    ),
    escalation=(("Operations centre", 5), ("Duty manager", 10), ("leads", 15)),
    troubles=(
        Trouble(
            "Text messages to Germany arrive late",
            "p2",
            timedelta(days=103, hours=5),
            TIMO,
            (("messaging", "delivery", "degraded"),),
            "Text messages to German numbers are accepted and arrive up to twenty minutes late. We are looking for the"
            " cause.",
            (
                Word(2, "acknowledge"),
                Word(4, "role:communications", FLEUR),
                Word(
                    21,
                    "identified",
                    "A carrier in Germany takes in fewer messages than usual. We are moving traffic to a second"
                    " carrier.",
                ),
                Word(
                    47,
                    "tell",
                    "Two thirds of the traffic run over the second carrier. New messages arrive within three minutes.",
                ),
                Word(
                    75,
                    "monitoring",
                    "All traffic runs over the second carrier. The last late messages are on their way.",
                ),
                Word(
                    98,
                    "resolve",
                    "Messages to Germany arrive within seconds again. The first carrier has restarted its gateway; we"
                    " moved half of the traffic back and watched it for twenty minutes.",
                ),
            ),
            reports=(
                Report(
                    -4,
                    "Parcelroute",
                    "Meral Aydın",
                    "Text messages to Germany take twenty minutes",
                    "Our drivers in Germany get their codes when they have left already. It began about ten minutes"
                    " ago.",
                ),
                Report(
                    15,
                    "Sundrift Travel",
                    "Beatriz Lopes",
                    "Late texts to German numbers",
                    "Confirmations for guests from Germany arrive late. Other countries are fine.",
                ),
            ),
        ),
        Trouble(
            "Calls over SIP trunk A break off",
            "p3",
            timedelta(days=71, hours=2),
            KWAME,
            (("voice", "trunk_a", "partial"),),
            "Some calls over trunk A end after thirty seconds. Trunk B is fine: whoever has set up a back-up trunk is"
            " not affected.",
            (
                Word(9, "acknowledge"),
                Word(
                    65,
                    "identified",
                    "A firewall of ours closed connections that were silent for thirty seconds. The rule is being taken"
                    " back.",
                ),
                Word(118, "resolve", "The rule is gone, and calls over trunk A last as long as people talk."),
            ),
            reports=(
                Report(
                    -6,
                    "TaxiPlus Maasstad",
                    "Achmed Yilmaz",
                    "Calls end after half a minute",
                    "Every third call ends after thirty seconds, in the middle of a sentence.",
                ),
            ),
        ),
        # The updates of this one came late, twice.
        Trouble(
            "No messages can be sent",
            "p1",
            timedelta(days=46, hours=9),
            YARA,
            (("messaging", "gateway", "down"), ("marketing_cloud", "campaigns", "partial")),
            "The messaging gateway refuses every message. We are working on nothing else.",
            (
                Word(1, "acknowledge", by=KWAME),
                Word(2, "role:communications", FLEUR),
                Word(3, "role:engineer", KWAME),
                Word(
                    8,
                    "note",
                    "Certificate of the internal bus ran out on the hour. Renewal failed silently since the key vault"
                    " moved.",
                ),
                Word(
                    14, "identified", "A certificate between two of our systems has run out. We are issuing a new one."
                ),
                Word(
                    36,
                    "tell",
                    "The new certificate is being put in place on all gateways. A third of them take messages again.",
                ),
                Word(
                    50,
                    "monitoring",
                    "All gateways take messages. What was refused has to be sent again by you; nothing was charged"
                    " for it.",
                ),
                Word(
                    83,
                    "resolve",
                    "The gateway has worked without an error for half an hour. Campaigns that were held back are being"
                    " sent now. What happened, and what we change, will be here within a week.",
                ),
            ),
            lesson=Lesson(
                "For almost an hour no message could be sent, because an internal certificate had run out and its"
                " renewal had failed without anybody being told.",
                "The certificate of the bus between gateway and delivery ran out. Every message was"
                " refused from that second on. The operations centre was asked within a minute and found the cause"
                " within eight.\n\nTwo updates came later than the fifteen minutes that we promise: while the"
                " certificates were rolled out, the person who writes them was helping with it.",
                "The renewal of certificates logged its failures to a place that nobody watches since the key vault"
                " moved in spring.",
                "Failures of a renewal now page the operations centre, and certificates are watched from outside thirty"
                " days ahead. In a P1 whoever writes the updates does nothing else.",
                actions=(
                    ("Watch the certificates of internal systems from outside", KWAME, 14, True),
                    ("Page the operations centre when a renewal fails", TIMO, 21, True),
                    ("Rehearse a P1 with two people who write updates", FLEUR, 40, False),
                ),
            ),
            reports=(
                Report(
                    -2,
                    "Parcelroute",
                    "Joost van Rijn",
                    "Every message is refused",
                    "The API answers 503 to everything since nine.",
                ),
                Report(
                    4,
                    "Bank van Oosterveld",
                    "Ellen Drost",
                    "No codes for signing in",
                    "Our customers cannot sign in, because no codes go out.",
                ),
                Report(
                    9,
                    "Fiets & Veer",
                    "Lieke Boersma",
                    "Campaign stands still",
                    "The campaign of this morning has sent nothing for ten minutes.",
                ),
            ),
        ),
        Trouble(
            "Agent inbox shows new conversations late",
            "p4",
            timedelta(days=29, hours=4),
            "Anouk Peters",
            (("service_cloud", "inbox", "degraded"),),
            "",
            (
                Word(30, "note", "Push service lags by 20 to 40 s under load. Workers doubled."),
                Word(160, "resolve", "New conversations show within a second again."),
            ),
            reports=(
                Report(
                    -12,
                    "Gemeente Rietveen",
                    "Wesley Tromp",
                    "New conversations appear late",
                    "Colleagues see a new conversation half a minute after the bell.",
                ),
            ),
        ),
        Trouble(
            "Bots answer slowly",
            "p3",
            timedelta(days=12, hours=6),
            TIMO,
            (("conversational_ai", "bots", "degraded"),),
            "Bots take up to fifteen seconds for an answer. Hand-over to people works as usual.",
            (
                Word(12, "acknowledge"),
                Word(
                    88,
                    "monitoring",
                    "A language model we depend on was slow. We moved to another region, and answers take two seconds"
                    " again.",
                ),
                Word(150, "resolve", "Answers have taken less than two seconds for an hour."),
            ),
            reports=(
                Report(
                    -8,
                    "Sundrift Travel",
                    "Beatriz Lopes",
                    "Bot takes fifteen seconds",
                    "Guests think it is broken and close the window.",
                ),
            ),
        ),
        # This is going on now.
        Trouble(
            "Voice calls to mobile numbers fail now and then",
            "p2",
            timedelta(minutes=43),
            KWAME,
            (("voice", "trunk_b", "partial"), ("voice", "trunk_a", "degraded")),
            "About one in ten calls to mobile numbers does not get through. Calls to landlines and between your own"
            " numbers are fine. We are looking for the cause.",
            (
                Word(1, "acknowledge"),
                Word(3, "role:communications", FLEUR),
                Word(
                    11,
                    "note",
                    "Rejects come with cause 34 from one interconnect only. Asked their NOC, reference 88213.",
                ),
                Word(
                    24,
                    "identified",
                    "One of three carriers to mobile networks has too few lines. We are moving calls away from it;"
                    " trying again helps, because the next attempt takes another way.",
                ),
                Word(33, "note", "Weight of the interconnect down from 40 to 5. Answer-seizure ratio back to 61 %."),
            ),
            reports=(
                Report(
                    -6,
                    "TaxiPlus Maasstad",
                    "Corine Blok",
                    "Drivers cannot be reached on their mobiles",
                    "One in ten calls to a mobile ends at once. Trying again helps, mostly.",
                ),
                Report(
                    14,
                    "Klinieken Noordzijde",
                    "Sanne Dijkstra",
                    "Calls to mobile phones fail",
                    "Patients on a mobile number are not called back, it ends with a tone.",
                ),
            ),
        ),
    ),
    works=(
        Works(
            "New storage for the message archive",
            (("messaging", "delivery"),),
            timedelta(days=-58),
            timedelta(hours=3),
            DAAN,
            "Messages are sent and delivered as usual. Searching in the archive is not possible meanwhile.",
        ),
        Works(
            "Routing software on both SIP trunks",
            (("voice", "trunk_a"), ("voice", "trunk_b")),
            timedelta(days=-33),
            timedelta(hours=2),
            KWAME,
            "One trunk after the other is updated. Calls that are going on break off when their trunk's turn comes;"
            " with a back-up trunk you hardly notice.",
            notice=timedelta(days=18),
            took=timedelta(hours=2, minutes=50),
        ),
        # Nine days are less than the two weeks that everybody is owed.
        Works(
            "Database of the Marketing Cloud",
            (("marketing_cloud", ""),),
            timedelta(days=-9),
            timedelta(hours=4),
            YARA,
            "Campaigns are held back during the work and sent afterwards.",
            notice=timedelta(days=9),
            hour=1,
        ),
        Works(
            "Security update of the agent inbox",
            (("service_cloud", "inbox"),),
            timedelta(days=-5),
            timedelta(hours=1),
            DAAN,
            "The inbox restarts once. Open conversations stay.",
            notice=timedelta(hours=11),
            hour=23,
            kind="emergency",
            urgent_because="The flaw is being used against others since this morning.",
        ),
        Works(
            "More capacity for bots",
            (("conversational_ai", "bots"),),
            timedelta(minutes=-35),
            timedelta(hours=2),
            TIMO,
            "Bots may answer more slowly for a moment while capacity is added.",
            notice=timedelta(days=15),
            hour=None,
            risky=False,
        ),
        Works(
            "Messaging gateway moves to the new data centre",
            (("messaging", "gateway"), ("messaging", "delivery")),
            timedelta(days=17),
            timedelta(hours=5),
            DAAN,
            "Messages are accepted all the time. For some minutes they are delivered late.",
            notice=timedelta(days=19),
            hour=1,
            moved=(timedelta(days=2), "The lines of the new data centre are tested two days longer."),
        ),
        # A draft that can no longer be announced in time.
        Works(
            "New certificates on the SIP trunks",
            (("voice", "trunk_a"), ("voice", "trunk_b")),
            timedelta(days=11),
            timedelta(hours=1),
            KWAME,
            "Both trunks restart once, one after the other.",
            notice=None,
            hour=3,
        ),
    ),
    followers=(
        ("status@parcelroute.example", ("incidents", "maintenance"), ("messaging", "voice")),
        ("it@oosterveld.example", ("incidents", "maintenance"), ("voice", "service_cloud")),
        ("planning@taxiplus.example", ("incidents",), ("voice",)),
        ("campaigns@fietsenveer.example", ("incidents", "maintenance"), ("marketing_cloud",)),
        (
            "noc@partner.example",
            ("incidents",),
            ("messaging", "voice", "service_cloud", "marketing_cloud", "conversational_ai"),
        ),
    ),
    templates=(
        (
            "We are looking",
            "investigating",
            "We see trouble with {affected} and are looking for the cause.",
        ),
        (
            "We know why",
            "identified",
            "We have found the cause of “{incident}” and are working on it.",
        ),
        (
            "It seems to work",
            "monitoring",
            "{affected}: it works again as far as we see, and we go on watching.",
        ),
    ),
)
