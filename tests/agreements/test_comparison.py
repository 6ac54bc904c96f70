"""What differs between two versions, in words: what each change says, its line, its meaning for the client."""

from __future__ import annotations

import time
from datetime import date
from random import Random
from typing import Any

import pytest

from agreements.comparison import Change, compare
from agreements.document import AgreementDocument, bundled_text, load_stored
from tests.agreements.documents import SIXTH, bundled, sixth


def revised(key: str, *replacements: tuple[str, str]) -> AgreementDocument:
    """One of the agreements with some of its text replaced."""
    text = SIXTH if key == "kumo" else bundled_text(key)
    for old, new in replacements:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return load_stored(text, name="revised.yaml")


def changes(key: str, *replacements: tuple[str, str]) -> tuple[Change, ...]:
    original = sixth() if key == "kumo" else bundled(key)
    return compare(original, revised(key, *replacements), on=date(2026, 1, 1)).changes


def facts(change: Change) -> tuple[Any, ...]:
    return change.section, change.heading, change.kind, change.before, change.after, change.direction


def only(key: str, *replacements: tuple[str, str]) -> Change:
    found = changes(key, *replacements)
    assert len(found) == 1, [facts(change) for change in found]
    return found[0]


class TestTargets:
    def test_E4_a_shorter_target_is_one_line_for_all_plans_it_changes_for(self):
        change = only(
            "officeware",
            ("[none,              8 business hours,  8 business hours]", "[none, 6 business hours, 6 business hours]"),
        )
        assert facts(change) == (
            "targets", "First response: Report an incident · Severity 1 · Enterprise and Gold", "changed",
            "8 business hours", "6 business hours", "better",
        )  # fmt: skip
        assert (change.old_clause, change.new_clause) == ("E4", "E4")

    def test_E4_each_cell_of_a_row_that_changes_differently_has_its_own_line(self):
        found = changes(
            "officeware",
            ("[none,              32 business hours, 16 business hours]", "[none, 16 business hours, best effort]"),
        )
        assert [(c.title, c.before, c.after, c.direction) for c in found] == [
            ("Report an incident · Severity 1 · Enterprise", "32 business hours", "16 business hours", "better"),
            ("Report an incident · Severity 1 · Gold", "16 business hours", "Best effort", "worse"),
        ]

    def test_B9_a_moved_default_shows_where_it_really_holds(self):
        """The rule without a level holds for nothing that the table names: moving it changes no request at all."""
        change = only("engage", ("promise: 1 business day, clause: B9", "promise: 4 business hours, clause: B9"))
        assert (change.title, change.direction) == ("Arrangement", "neutral")
        assert "every request is promised the same" in change.note

    def test_a_more_specific_rule_shows_only_what_it_changes(self):
        change = only(
            "managedops",
            ("targets:\n", "targets:\n  # see below\n"),
            (
                "  rules:\n",
                "  rules:\n    - {metric: resolution, promise: 8 business hours, plans: [critical], levels: [p2], "
                "request_types: [incident]}\n",
            ),
        )
        assert change.subject == "Resolution"
        assert change.title == "Incident · P2 · Managed Critical"
        assert (change.after, change.direction) == ("8 business hours", "better")

    def test_B1_a_longer_business_day_makes_every_target_in_business_days_later(self):
        found = changes(
            "officeware", ("business_day: 8 hours\n    clause: E5", "business_day: 9 hours\n    clause: E5")
        )
        targets = [change for change in found if change.section == "targets"]
        assert {(change.before, change.after) for change in targets} == {
            (f"{days} business days of 8 hours", f"{days} business days of 9 hours") for days in (3, 7, 14)
        }
        assert {change.direction for change in found} == {"worse"}

    def test_hours_on_the_wall_instead_of_business_hours_are_better_when_they_are_not_more(self):
        row = "      high: {{first_response: 1 business hour, resolution: {promise}}}"
        old = revised(
            "engage",
            (
                "        high: {first_response: 1 business hour}",
                "  " + row.format(promise="8 business hours")[4:].join(["    ", ""]),
            ),
        )
        for promise, direction in (("8 hours", "better"), ("24 hours", "unclear"), ("7 hours", "better")):
            new = revised(
                "engage",
                (
                    "        high: {first_response: 1 business hour}",
                    "  " + row.format(promise=promise)[4:].join(["    ", ""]),
                ),
            )
            (change,) = compare(old, new).changes
            assert (change.after, change.direction) == (promise, direction)

    def test_a_new_plan_is_told_with_everything_it_is_promised(self):
        found = changes(
            "identity",
            ("plans:\n", "plans:\n  extra:\n    name: Extra\n    description: More.\n    channels: [portal]\n"),
        )
        assert ("plans", "Extra", "added", "", "More.\nChannels: Support portal", "better") in [facts(c) for c in found]
        promised = [c for c in found if c.section == "targets"]
        assert {c.kind for c in promised} == {"added"}
        assert any(
            c.subject == "First response" and c.title.endswith("Low · Extra") and c.after == "24 business hours"
            for c in promised
        ), [facts(c) for c in promised]

    def test_other_hours_of_the_same_name_are_not_the_same_promise(self):
        old = revised("officeware", ("    name: Extended hours\n", "    name: Business hours\n"))
        new = revised(
            "officeware",
            ("    name: Extended hours\n", "    name: Business hours\n"),
            ("targets:\n  calendar: business\n", "targets:\n  calendar: extended\n"),
        )
        found = [change for change in compare(old, new).changes if change.before.endswith("business hours")]
        assert found
        assert {(c.before == c.after, c.direction) for c in found} == {(True, "better")}
        assert all("other hours that have the same name" in c.note for c in found)

    def test_another_clause_for_the_same_promise_has_no_effect(self):
        found = changes(
            "officeware",
            (
                "  calendar: business\n  clause: E4\n  tables:\n    - clause: E4",
                "  calendar: business\n  clause: E4\n  tables:\n    - clause: E6",
            ),
        )
        assert {(c.direction, c.old_clause, c.new_clause, c.before == c.after) for c in found} == {
            ("neutral", "E4", "E6", True)
        }


class TestPlansAndPrices:
    def test_E1_a_price_is_told_as_people_read_it_and_a_higher_one_is_worse(self):
        change = only("officeware", ("amount: 1499.00 EUR", "amount: 1599.00 EUR"))
        assert facts(change) == (
            "plans", "Gold · Price: Amount", "changed", "€\xa01,499.00", "€\xa01,599.00", "worse",
        )  # fmt: skip

    def test_E3_more_included_incidents_are_better(self):
        assert only("officeware", ("incidents: 4, clause: E3", "incidents: 5, clause: E3")).direction == "better"

    def test_a_plan_with_another_name_is_the_same_plan(self):
        change = only("officeware", ("    name: Gold\n", "    name: Platinum\n"))
        assert facts(change) == ("plans", "Platinum: Name", "changed", "Gold", "Platinum", "neutral")

    def test_a_plan_with_another_key_and_the_same_name_is_the_same_plan_in_every_target(self):
        found = changes(
            "officeware",
            ("  gold:\n", "  golden:\n"),
            ("[professional,      enterprise,        gold]", "[professional, enterprise, golden]"),
        )
        assert [(c.section, c.heading, c.direction) for c in found] == [
            ("targets", "Arrangement", "neutral"),
            ("plans", "Gold: Short name", "neutral"),
        ]

    def test_a_plan_that_is_gone_is_worse_for_its_clients(self):
        found = changes(
            "officeware",
            (
                "  professional:\n    name: Professional\n    description: Support that comes with the product "
                "subscription.\n"
                "    price: {per: month, text: Included, clause: E1}\n    channels: [email, chat, remote]\n"
                "    allowance: {incidents: 1, clause: E3}\n    clause: E1\n",
                "",
            ),
            ("[professional,      enterprise,        gold]", "[enterprise, gold]"),
            ("[none,              8 business hours,  8 business hours]", "[8 business hours,  8 business hours]"),
            ("[none,              32 business hours, 16 business hours]", "[32 business hours, 16 business hours]"),
            ("[none,              16 business hours, 8 business hours]", "[16 business hours, 8 business hours]"),
            ("[none,              7 business days,   3 business days]", "[7 business days,   3 business days]"),
            ("[none,              24 business hours, 8 business hours]", "[24 business hours, 8 business hours]"),
            ("[none,              14 business days,  7 business days]", "[14 business days,  7 business days]"),
            ("[24 business hours, 24 business hours, 24 business hours]", "[24 business hours, 24 business hours]"),
            ("[best effort,       best effort,       best effort]", "[best effort,       best effort]"),
        )
        assert {(c.kind, c.direction) for c in found} == {("removed", "worse")}
        assert ("plans", "Professional") in [(c.section, c.subject) for c in found]
        assert all("Professional" in c.heading for c in found)


class TestHours:
    def test_E5_longer_opening_hours_are_better_and_told_by_the_week(self):
        change = only(
            "officeware",
            ("      mon-fri: 09:00-17:00", "      mon-thu: 08:00-17:00\n      fri: [08:00-12:00, 12:30-18:00]"),
        )
        assert change.before == "Mon to Fri 09:00 to 17:00"
        assert change.after == "Mon to Thu 08:00 to 17:00, Fri 08:00 to 12:00 and 12:30 to 18:00"
        # Half an hour at noon went.
        assert change.direction == "unclear"
        assert only("officeware", ("      mon-fri: 09:00-17:00", "      mon-fri: 08:00-17:00")).direction == "better"
        assert only("officeware", ("      mon-fri: 09:00-17:00", "      mon-fri: 10:00-17:00")).direction == "worse"

    def test_the_same_week_written_in_another_way_has_no_effect(self):
        change = only(
            "officeware", ("      mon-fri: 09:00-17:00", "      mon: 09:00-17:00\n      tue-fri: [09:00-17:00]")
        )
        assert (change.direction, change.note) == ("neutral", "Only written differently; it means the same.")

    def test_B1_closed_days_are_told_by_name_for_the_years_asked_for(self):
        replacement = (
            "holidays: {country: NL, removed: [{name: Good Friday}]}",
            "holidays: {country: NL, added: [{date: 12-24, name: Christmas Eve}],"
            " removed: [{name: Good Friday}, {name: King's Day}]}",
        )
        gained, lost = changes("engage", replacement)
        assert facts(gained) == (
            "calendars", "Business hours · Closed days", "added", "",
            "Christmas Eve: 24 December 2026, 24 December 2027", "worse",
        )  # fmt: skip
        assert (lost.kind, lost.before, lost.direction) == (
            "removed",
            "King's Day: 27 April 2026, 27 April 2027",
            "better",
        )

    def test_a_closed_day_that_is_closed_every_week_takes_nothing_away(self):
        added = "holidays: {country: NL, added: [{date: 2026-08-16, name: Open day}],"
        (change,) = changes("engage", ("holidays: {country: NL,", added))
        assert facts(change)[3:] == ("", "Open day: 16 August 2026", "neutral")

    def test_a_closed_day_of_another_year_is_told_too(self):
        (change,) = changes(
            "engage", ("holidays: {country: NL,", "holidays: {country: NL, added: [{date: 2031-05-02, name: Jubilee}],")
        )
        assert "Jubilee" in change.after + change.heading

    def test_a_closed_day_of_another_year_is_told_beside_those_of_the_years_asked_for(self):
        added = "added: [{date: 2026-05-04, name: Removal}, {date: 2031-05-02, name: Jubilee}],"
        found = changes("engage", ("holidays: {country: NL,", f"holidays: {{country: NL, {added}"))
        assert [(c.subject.rpartition(" · ")[2], c.kind, c.direction) for c in found] == [
            ("Closed days", "added", "worse"),
            ("Jubilee, 2 May 2031", "added", "worse"),
        ]
        assert found[0].after == "Removal: 4 May 2026"


class TestService:
    def test_B4_a_lower_commitment_is_worse_and_names_its_services(self):
        change = only("engage", ("percent: 99.99 %", "percent: 99.95 %"))
        assert facts(change) == (
            "availability", "Business Messaging and Voice: Promised availability", "changed", "99.99 %", "99.95 %",
            "worse",
        )  # fmt: skip
        assert change.new_clause == "B4"

    def test_the_same_percentage_with_other_zeros_has_no_effect(self):
        change = only("engage", ("percent: 99.90 %", "percent: 99.9 %"))
        assert (change.direction, change.before, change.after) == ("neutral", "99.90 %", "99.9 %")

    def test_B4_a_promise_that_is_split_is_told_where_its_figure_changes(self):
        """What the commitments come to counts, whichever of them says it."""
        both = "{percent: 99.99 %, categories: [messaging, voice], clause: B4}"
        one = "{{percent: {percent} %, categories: [{category}], clause: B4}}"
        split = (
            f"{one.format(percent=99.99, category='messaging')}\n    - {one.format(percent=99.95, category='voice')}"
        )
        change = only("engage", (both, split))
        assert facts(change) == (
            "availability", "Voice: Promised availability", "changed", "99.99 %", "99.95 %", "worse",
        )  # fmt: skip

    def test_B7_one_exclusion_more_is_worse(self):
        change = only(
            "engage",
            (
                "    beta: {name: Beta",
                "    strikes: {name: Strikes, text: Industrial action., clause: B7}\n    beta: {name: Beta",
            ),
        )
        assert (change.heading, change.kind, change.direction, change.new_clause) == ("Strikes", "added", "worse", "B7")

    def test_B15_more_frequent_updates_are_better_and_cite_their_clause(self):
        change = only("engage", ("update_every: 120 minutes", "update_every: 60 minutes"))
        assert (change.heading, change.before, change.after) == ("P3: Updates every", "120 minutes", "60 minutes")
        assert (change.direction, change.new_clause) == ("better", "B15")

    def test_B16_a_shorter_notice_is_worse(self):
        change = only("engage", ("at_least: 2 calendar weeks", "at_least: 10 calendar days"))
        assert (change.section, change.direction) == ("maintenance", "worse")

    def test_D8_a_credit_of_fewer_days_is_worse(self):
        change = only(
            "identity", ("{below: 99.9 %, credit: 7 service days}", "{below: 99.9 %, credit: 5 service days}")
        )
        assert (change.section, change.before, change.after, change.direction) == (
            "credits",
            "7 service days",
            "5 service days",
            "worse",
        )
        assert "below 99.9 %" in change.subject

    def test_D8_a_tier_that_is_reached_later_is_worse(self):
        change = only(
            "identity", ("{below: 99.9 %, credit: 7 service days}", "{below: 99.5 %, credit: 7 service days}")
        )
        assert (change.before, change.after, change.direction) == ("99.9 %", "99.5 %", "worse")

    def test_D9_a_shorter_claim_window_is_worse(self):
        change = only("identity", ("within: 30 calendar days", "within: 14 calendar days"))
        assert (change.title, change.direction) == ("Claims accepted for", "worse")


class TestWords:
    def test_E6_a_definition_shows_the_words_that_went_and_came(self):
        change = only(
            "officeware", ("there is no workaround, and the customer", "there is no easy workaround, so the customer")
        )
        assert (change.section, change.subject, change.direction) == ("schemes", "Severity · Severity 1", "unclear")
        assert [words.text for words in change.words if words.kind == "ins"] == ["easy ", "so"]
        assert [words.text for words in change.words if words.kind == "del"] == ["and"]
        assert "".join(words.text for words in change.words_before) == change.before
        assert "".join(words.text for words in change.words_after) == change.after

    def test_a_number_is_one_word(self):
        change = only("officeware", ("amount: 1499.00 EUR", "amount: 1599.00 EUR"))
        assert [words.text for words in change.words if words.kind == "del"] == ["1,499.00"]

    def test_texts_with_little_in_common_are_shown_one_after_the_other(self):
        change = only("officeware", ("Write to the support team directly.", "Letters only"))
        assert [words.kind for words in change.words] == ["del", "ins"]

    @pytest.mark.parametrize("letters", ["ab", "abcdefgh"])
    def test_long_texts_of_few_words_are_compared_in_bounded_time(self, letters):
        random = Random(letters)
        texts = [" ".join(random.choice(letters) for _ in range(1_000)) for _ in range(2)]
        change = Change("clauses", "", "", "changed", *texts, "unclear")
        started = time.process_time()
        assert "".join(words.text for words in change.words_before) == texts[0]
        assert "".join(words.text for words in change.words_after) == texts[1]
        assert time.process_time() - started < 0.5

    def test_a_clause_is_compared_by_its_number(self):
        change = only(
            "officeware", ("Support on weekends and holidays can be agreed.", "Support on weekends can be agreed.")
        )
        assert (change.section, change.subject, change.title) == ("clauses", "E7 Extended support", "Text")

    def test_A6_a_default_that_is_written_out_means_the_same(self):
        change = only(
            "officeware",
            (
                "counts_towards_allowance: false\n    forced_level",
                "counts_towards_allowance: false\n    asks: [impact]\n    forced_level",
            ),
        )
        assert change.direction == "neutral"
        change = only("officeware", ("  email: {name: E-mail,", "  email: {on_request: false, name: E-mail,"))
        assert (change.direction, change.note) == ("neutral", "Only written differently; it means the same.")

    def test_a_statement_that_is_dropped_falls_back_to_its_default(self):
        change = only("officeware", ("on_request: true, clause: E2", "clause: E2"))
        assert (change.kind, change.before, change.after, change.direction) == ("changed", "yes", "no", "better")

    def test_A6_a_choice_is_told_in_the_words_of_the_agreement(self):
        change = only("officeware", ("reopening: ", "merging: earliest start\n  reopening: "))
        assert (change.before, change.after, change.direction) == (
            "A ticket that takes a duplicate in counts on from its own receipt.",
            "A ticket that takes a duplicate in counts from the earlier of the two receipts.",
            "better",
        )

    def test_another_part_of_the_same_name_does_not_mean_the_same(self):
        alike = ("    name: Extended hours\n", "    name: Business hours\n")
        directly = "text: Chat with the support team directly., calendar: "
        moved = revised("officeware", alike, (f"{directly}business", f"{directly}extended"))
        (change,) = compare(revised("officeware", alike), moved).changes
        assert (change.heading, change.before, change.after) == ("Chat: Calendar", "Business hours", "Business hours")
        assert (change.direction, change.note) == ("unclear", "It is another one of the same name.")

    def test_the_day_in_the_text_is_not_taken_for_the_day_that_counts(self):
        change = only("officeware", ("effective_from: 2024-01-01", "effective_from: 2025-01-01"))
        assert (change.before, change.after, change.direction) == ("1 January 2024", "1 January 2025", "neutral")
        assert "the day that a version was given counts" in change.note


class TestTheWhole:
    def test_counts_say_how_many_changes_go_which_way(self):
        comparison = compare(
            bundled("engage"),
            revised(
                "engage",
                ("update_every: 120 minutes", "update_every: 60 minutes"),
                ("percent: 99.99 %", "percent: 99.95 %"),
                ("title: Service level agreement", "title: Terms"),
            ),
        )
        assert comparison.counts == {"better": 1, "worse": 1, "unclear": 0, "neutral": 1}
        assert [section.key for section in comparison.changed] == ["incidents", "availability", "document"]

    def test_only_what_changes_for_the_client_leaves_out_names_and_paper(self):
        comparison = compare(bundled("engage"), revised("engage", ("title: Service level agreement", "title: Terms")))
        assert comparison
        assert not comparison.for_client()

    def test_unchanged_sections_say_what_they_say(self):
        comparison = compare(
            bundled("officeware"), revised("officeware", ("amount: 1499.00 EUR", "amount: 1599.00 EUR"))
        )
        unchanged = {section.key: section.lines for section in comparison.unchanged}
        assert "plans" not in unchanged
        assert any("Resolution" in line and "32 business hours" in line for line in unchanged["targets"])
        assert all(unchanged.values())

    @pytest.mark.parametrize("key", ["seatplan", "engage", "managedops", "identity", "officeware"])
    def test_no_change_speaks_in_paths_or_keys(self, key):
        comparison = compare(sixth(), bundled(key))
        for change in comparison.changes:
            for text in (change.heading, change.note):
                assert "_" not in text, text
                assert "ABSENT" not in text
                assert "None" not in text
