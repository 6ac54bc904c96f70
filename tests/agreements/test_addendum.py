"""The addendum says what the terms say, narrowed to one client (C13); its arithmetic is exact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agreements.addendum import write
from agreements.addendum.example import worked_out
from agreements.document.credit import credit_of
from agreements.document.figure import Availability
from agreements.document.quantities import Compensation, Duration, Money, Percent
from agreements.document.service_terms import Cap, Tier
from agreements.readable import Covered, Reading
from agreements.readable.blocks import Clauses, Heading, Text, Week
from tests.agreements.contracts import KEYS, chapter, contract, document, facts, grid, lines, table, written
from tests.agreements.reading import texts


def steps_of(of, schedule):
    return {row[0]: row[1:] for row in grid(worked_out(of, schedule))}


@pytest.mark.parametrize("key", KEYS)
def test_C13_the_chapters_are_those_the_agreement_lists_and_all_where_it_lists_none(key):
    addendum, terms = written(key), document(key).addendum
    titles = [each.title for each in addendum.chapters]
    if terms is None:
        shown = {"definitions", "levels", "response", "windows", "measurement", "exceptions", "credits", "version"}
        assert {each.key for each in addendum.chapters} >= shown
        assert "changes" not in {each.key for each in addendum.chapters}, "This agreement has no change flow."
    else:
        assert titles == [section.title for section in terms.sections]
    assert all(each.blocks for each in addendum.chapters)


@pytest.mark.parametrize("key", KEYS)
def test_C13_both_parties_plan_price_version_and_days_stand_in_the_title_block(key):
    of = contract(key, ends_on=date(2027, 1, 1))
    addendum, about = write(of), facts(write(of).about)
    assert [(party.role, party.name) for party in addendum.parties] == [
        ("Provider", "Acme Support"),
        ("Client", "Globex"),
    ]
    assert about["Plan"] == of.plan.name
    assert about["Price"] == f"€\N{NO-BREAK SPACE}1,200.00 a {of.plan.price.per}, billed monthly"
    assert about["Subscription"] == "from 1 January 2025, until the end of 31 December 2026"
    assert about["Version of the agreement"] == of.label
    assert about["In force"] == "from 1 January 2025"
    assert about["Produced on"] == "10 March 2026"


@pytest.mark.parametrize("key", KEYS)
def test_C13_every_clause_that_is_cited_is_explained_once_in_the_order_of_the_agreement(key):
    addendum = written(key)
    explained = [line.label for block in addendum.cited if isinstance(block, Clauses) for line in block.lines]
    assert explained == [clause.key for clause in document(key).clauses if clause.key in explained]
    assert explained or not document(key).clauses


def test_C13_without_an_agreed_price_the_plans_own_stands():
    about = facts(written("officeware", "gold", price=None).about)
    assert about["Price"] == "€\N{NO-BREAK SPACE}1,499.00 a month, billed yearly"
    assert about["Included"] == "4 incidents a month"


def test_C13_a_version_that_was_replaced_says_from_when():
    held = {"effective_from": date(2024, 1, 1), "since": date(2025, 1, 1), "until": date(2025, 7, 1)}
    about = facts(written("managedops", **held).about)
    assert about["In force"] == "from 1 January 2024; the version after it is in force from 1 July 2025"
    ended = facts(written("managedops", **held, ends_on=date(2025, 7, 1)).about)
    assert ended["In force"] == "from 1 January 2024"


@pytest.mark.parametrize(
    ("plan", "first_response"),
    [
        ("professional", ["24 business hours"]),
        ("enterprise", ["8 business hours", "16 business hours", "24 business hours", "24 business hours"]),
        ("gold", ["8 business hours", "8 business hours", "8 business hours", "24 business hours"]),
    ],
)
def test_E4_the_targets_are_those_of_the_clients_plan_alone(plan, first_response):
    rows = grid(table(chapter(written("officeware", plan), "response"), "Report an incident"))
    assert [row[1] for row in rows if row[0] == "First response" and row[1] != "–"] == first_response


def test_C13_requests_that_are_promised_the_same_at_fewer_levels_share_the_table():
    said = "Promised for Incident, Change (P3 and P4), Question (P3) and Wish (P4), by plan"
    assert table(chapter(written("managedops"), "response"), "Change").name == said


def test_C13_a_product_that_is_promised_something_else_has_its_own_table():
    blocks = chapter(written("kumo"), "response")
    assert "90 minutes" in {cell for row in grid(table(blocks, "for Vault")) for cell in row}
    assert "90 minutes" not in {cell for row in grid(table(blocks, "Trouble and")) for cell in row}
    only = (Covered("drive", "Drive", "files"),)
    assert not [
        each for each in chapter(written("kumo", products=only), "response") if "Vault" in getattr(each, "name", "")
    ]


def test_E7_longer_hours_are_those_of_the_clients_that_agreed_them():
    agreed = document("officeware").extensions[0]
    longer = document("officeware").calendars[agreed.by].name

    def weeks(addendum):
        return {block.name for block in chapter(addendum, "hours") if isinstance(block, Week)}

    assert longer not in weeks(written("officeware", "gold"))
    addendum = written("officeware", "gold", extension_keys=(agreed.key,))
    assert longer in weeks(addendum)
    assert agreed.name in facts(addendum.about).values()
    counted = [block.text for block in chapter(addendum, "response") if isinstance(block, Text)]
    assert any(f"are those of “{longer}”" in text for text in counted)


def test_C13_the_holidays_are_those_of_the_year_the_version_holds_in():
    def days(**fields):
        return {
            block.name: block for block in chapter(written("managedops", **fields), "windows") if block.kind == "days"
        }

    assert set(days()) == {"Closed in 2026"}
    old = days(since=date(2024, 1, 1), until=date(2025, 7, 1))
    assert facts((old["Closed in 2025"],))["Sun 20 Apr"] == "Easter Sunday"


def test_C14_the_service_window_and_the_notice_stand_with_the_hours():
    said = facts(chapter(written("managedops"), "windows"))
    assert said["Service window"].startswith("Planned maintenance takes place in the service window")
    assert said["Planned maintenance"] == "At least 5 calendar days ahead."


def test_C7_the_measuring_points_are_those_of_the_clients_products():
    one = (Covered("portal", "Client portal", "portal"),)
    said = facts(chapter(written("managedops", products=one), "measurement"))
    assert said["Points of Client portal"] == "Portal health endpoint"
    assert "Points of Managed hosting" not in said
    rows = grid(table(chapter(written("managedops", products=one), "measurement"), "availability"))
    assert rows == [["Portal", "99.9 %"]]


def test_C8_each_exception_says_what_it_needs_on_record():
    said = lines(chapter(written("managedops"), "exceptions"))["Planned maintenance"]
    assert "Recorded with its reason, evidence and who approved it." in said.notes


def test_B3_a_beta_product_is_named_where_it_is_left_out():
    beta = (Covered("voice", "Voice", "voice", is_beta=True), Covered("messaging", "Business Messaging", "messaging"))
    assert "Now: Voice." in lines(chapter(written("engage", products=beta), "exceptions"))["Beta or Early Access"].notes


def test_B6_a_category_says_when_it_counts_as_available():
    voice = lines(chapter(written("engage"), "definitions"))["Voice"]
    assert voice.notes == ("Available while any of its measured components is.",)
    files = lines(chapter(written("kumo"), "definitions"))["Files"]
    assert files.text == "Available while all of its measured components are."


@pytest.mark.parametrize(
    ("end", "said"), [("workaround", "A workaround stops the clock"), ("update", "An update stops the clock")]
)
def test_C1_a_metric_without_an_end_of_its_own_ends_by_what_it_is_called_after_for_every_reader(end, said):
    """The contract said of these that a substantive reply ends them, beside a page that knew better."""
    of = document("kumo")
    metric = replace(of.metrics[-1], key=end, name="Odd one", stopped_by="substantive reply")
    odd = replace(of, metrics=type(of.metrics)((*of.metrics, metric)))
    for about in (written("kumo", document=odd), Reading(odd, on=date(2026, 3, 10), effective_from=date(2025, 1, 1))):
        line = next(line for each in about.chapters for block in each.blocks for line in getattr(block, "lines", ())
                    if line.label == "Odd one")  # fmt: skip
        assert any(note.startswith(said) for note in line.notes)


def test_A8_an_objective_is_not_called_a_commitment():
    blocks = chapter(written("seatplan"), "measurement")
    said = "An objective: it is reported, and nothing is owed when it is missed."
    assert said in {block.text for block in blocks if isinstance(block, Text)}


def test_D10_expectations_stand_apart_from_promises():
    blocks = chapter(written("identity"), "measurement")
    apart = blocks.index(Heading("Expected, not promised"))
    assert facts(blocks[apart:])["Sign-in latency"] == "under 500 ms"


def test_C6_the_credit_is_worked_out_step_by_step_and_rounded_down():
    """March 2026 has 743 hours by the clocks of Amsterdam; two of them are left out."""
    blocks = chapter(written("managedops", "critical", price=Money(Decimal("1333.33"), "EUR")), "credits")
    steps = {row[0]: row[1:] for row in grid(table(blocks, "Hosting, Managed Critical: an example"))}
    nbsp = "\N{NO-BREAK SPACE}"
    assert steps["Time in March 2026"] == ["743 h, by the clocks of Europe/Amsterdam", "2,674,800 s"]
    assert steps["Left out"] == ["Planned maintenance, for example 2 h", "7,200 s"]
    assert steps["Time that counts"] == ["2,674,800 − 7,200", "2,667,600 s"]
    assert steps["Downtime"] == ["for example 3 h 45 m", "13,500 s"]
    assert steps["Availability"] == ["(2,667,600 − 13,500) ÷ 2,667,600, rounded down", "99.493 %"]
    assert steps["Tier that is reached"][1] == "25 % of the monthly fee"
    # 333.3325, and a third of a cent is nobody's.
    assert steps["Credit before limits"] == [f"€{nbsp}1,333.33 × 25 ÷ 100, rounded down", f"€{nbsp}333.33"]
    limit = [f"€{nbsp}666.66, which is not exceeded", f"€{nbsp}333.33"]
    assert steps["Limit: at most 50 % of the monthly fee a month"] == limit
    assert steps["Credit"] == ["the least of these", f"€{nbsp}333.33"]


def test_C6_a_cap_below_the_credit_is_what_is_paid():
    of = contract("managedops", "critical")
    cap = Cap(at_most=Compensation.parse("10 % of the monthly fee"), per="month")
    capped = replace(of.document.credits.schedules["critical_hosting"], caps=(cap,))
    assert steps_of(of, capped)["Credit"] == ["the least of these", "€\N{NO-BREAK SPACE}120.00"]


@pytest.mark.parametrize(
    ("at_most", "said"),
    [
        ("5 service days", "5 service days"),
        ("120 times the downtime", "14 service days"),
        ("10 % of the monthly fee", "3 service days"),
        ("1200.00 EUR", "14 service days"),
        ("100.00 EUR", "2 service days"),
    ],
)
def test_the_example_keeps_within_the_limit_it_has_just_printed_in_whatever_unit(at_most, said):
    """It gave 14 service days below a limit of 5, and passed over limits in another unit."""
    of = contract("identity")
    capped = replace(
        of.document.credits.schedules["standard"], caps=(Cap(at_most=Compensation.parse(at_most), per="quarter"),)
    )
    assert steps_of(of, capped)["Credit"][1] == said


def test_the_example_says_of_a_limit_that_it_cannot_be_applied():
    of = contract("identity", price=None)
    assert of.fee is None
    capped = replace(
        of.document.credits.schedules["standard"], caps=(Cap(at_most=Compensation.parse("9 EUR"), per="quarter"),)
    )
    steps = steps_of(of, capped)
    assert steps["Limit: at most €\N{NO-BREAK SPACE}9 a quarter"][1] == "cannot be applied"
    assert steps["Credit"] == ["the least of these, without a limit that cannot be applied", "14 service days"]


def test_the_example_gives_the_most_of_the_tiers_it_reaches_whatever_their_order():
    of = contract("identity")
    mild, bad = of.document.credits.schedules["standard"].tiers
    odd = (replace(mild, credit=bad.credit), replace(bad, credit=mild.credit))
    steps = steps_of(of, replace(of.document.credits.schedules["standard"], tiers=odd))
    assert steps["Credit"][1] == "14 service days"


def test_a_tier_in_opening_time_that_was_published_is_still_printed():
    of = contract("identity")
    published = Tier(credit=Compensation.parse("3 service days"), downtime_from=Duration.parse("1 business day"))
    schedule = of.document.credits.schedules["standard"]
    steps = steps_of(of, replace(schedule, tiers=(*schedule.tiers, published)))
    assert steps["Credit"][1] == "14 service days"
    assert "downtime from 1 business day on: cannot be told" in steps["Tier that is reached"][0]
    alone = replace(schedule, tiers=(published,))
    assert steps_of(of, alone)["Credit"] == ["no tier is reached", "none"]


@pytest.mark.parametrize(
    "tier",
    [
        Tier(credit=Compensation.parse("3 service days"), below=Percent.parse("0 %")),
        Tier(credit=Compensation.parse("3 service days"), downtime_from=Duration.parse("366 calendar days")),
        Tier(
            credit=Compensation.parse("3 service days"),
            below=Percent.parse("100 %"),
            for_each=Duration.parse("200 calendar days"),
        ),
    ],
)
def test_an_example_is_never_down_for_longer_than_its_period(tier):
    of = contract("identity")
    steps = steps_of(of, replace(of.document.credits.schedules["standard"], tiers=(tier,)))
    assert not steps["Availability"][1].startswith("-")


def test_D8_days_of_service_are_not_turned_into_money_and_do_not_add_up():
    steps = {row[0]: row[1:] for row in grid(table(chapter(written("identity"), "credits"), "an example"))}
    assert steps["Credit"] == ["14 service days", "14 service days"]
    assert steps["Tier that is reached"][0].endswith("tiers are not added up, the one that gives the most applies")
    assert "Monthly fee" not in steps


def test_credits_for_each_stretch_of_downtime_count_whole_stretches_only():
    steps = {row[0]: row[1:] for row in grid(table(chapter(written("kumo"), "credits"), "By time: an example"))}
    assert steps["How often"] == ["1 + (4,500 − 1,800) ÷ 1,800, rounded down", "2 times"]
    assert steps["Credit"] == ["2 × 10 × 30 m, rounded down", "10 h of service"]


def test_a_credit_for_each_stretch_is_for_the_downtime_from_its_threshold_on_and_not_for_all_of_it():
    """It divided the whole downtime by the stretch: three times for an hour and three quarters, from an hour on."""
    of = contract("identity")
    from_an_hour = Tier(
        credit=Compensation.parse("1 service day"),
        downtime_from=Duration.parse("1 hour"),
        for_each=Duration.parse("30 minutes"),
    )
    schedule = replace(of.document.credits.schedules["standard"], tiers=(from_an_hour,), caps=())
    steps = steps_of(of, schedule)
    assert steps["Downtime"][1] == "6,300 s"
    assert steps["How often"][1] == "2 times"
    assert steps["Credit"][1] == "2 service days"


def test_credits_in_a_currency_of_its_own_keep_it():
    steps = {
        row[0]: row[1:] for row in grid(table(chapter(written("kumo", "solo"), "credits"), "Lump sum: an example"))
    }
    assert steps["Credit"][1] == "15 service days"
    tiers = grid(table(chapter(written("kumo", "solo"), "credits"), "Lump sum: tiers"))
    assert tiers[0][-1] == "JPY\N{NO-BREAK SPACE}5,000"


def test_a_plan_without_credits_or_commitment_says_so():
    addendum = written("managedops", "managed")
    assert Text("No credits are agreed here.") in chapter(addendum, "credits")
    assert Text("No availability is promised here; it is measured and reported.") in chapter(addendum, "measurement")


@pytest.mark.parametrize("key", KEYS)
def test_C6_every_example_is_what_the_document_answers_for_its_downtime(key):
    of = document(key)
    for plan in of.plans:
        for schedule in of.credits.schedules if of.credits else ():
            if schedule.plans and plan.key not in schedule.plans:
                continue
            about = contract(key, plan.key)
            steps = {row[0]: row[1:] for row in grid(worked_out(about, schedule))}
            seconds = {name: int(steps.get(name, ["", "0 s"])[1].replace(",", "").removesuffix(" s"))
                       for name in ("Left out", "Downtime")}  # fmt: skip
            span = of.period_at(about.shown_on)
            measured = Availability(span.seconds, seconds["Left out"], 0, seconds["Downtime"])
            assert steps["Credit"][1] == credit_of(schedule, measured, span=span, fee=about.fee).worth.text
            assert steps["Availability"][1] == f"{measured.percent()} %"


def test_E1_an_agreed_price_is_for_as_long_as_the_plans_and_billed_as_agreed():
    about = facts(written("officeware", "gold", billing_period="year").about)
    assert about["Price"] == "€\N{NO-BREAK SPACE}1,200.00 a month, billed yearly"


def test_a_months_fee_is_its_share_of_a_price_for_longer():
    """Kumo's smallest plan is priced by the year, in a currency without a smaller unit."""
    assert contract("kumo", "solo", price=None).fee.monthly == Money(Decimal("1000"), "JPY")
    assert contract("kumo", "solo", price=Money(Decimal("11999"), "JPY")).fee.monthly == Money(Decimal("999"), "JPY")
    assert contract("kumo", "solo").fee.monthly == Money(Decimal("100.00"), "EUR")
    assert contract("managedops", price=Money(Decimal("99.99"), "EUR")).fee.monthly == Money(Decimal("99.99"), "EUR")


@pytest.mark.parametrize("key", [key for key in KEYS if document(key).credits])
def test_C13_no_credits_of_another_plan_are_shown(key):
    schedules = document(key).credits.schedules
    for plan in document(key).plans:
        said = set(texts(written(key, plan.key)))
        assert not said & {each.name for each in schedules if each.plans and plan.key not in each.plans}
