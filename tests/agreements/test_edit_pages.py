"""The form that edits an agreement, as an owner uses it: nothing lost or changed unasked, errors at their fields."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agreements import actions
from agreements.document import bundled_text
from agreements.forms.sections import sections
from agreements.models import AgreementVersion
from tenants.models import HistoryEntry
from tests.agreements.formfilling import Fields, fields_of, posted, with_value, without
from tests.factories import EPOCH, publish

pytestmark = pytest.mark.thorough

GOLD = "f/plans/gold"
CELL = "f/targets/tables/0/rows/severity_2/resolution/gold/promise"


@pytest.fixture
def owner(cast, sign_in, in_tenant):
    return sign_in(cast.owner)


@pytest.fixture
def officeware(in_tenant):
    return drafted("officeware")


def drafted(key: str) -> AgreementVersion:
    return actions.save_draft(source=bundled_text(key), name="x.yaml", effective_from=None, by=None, now=EPOCH)


def address(version: AgreementVersion, section: str) -> str:
    return f"/settings/agreements/versions/{version.pk}/form/{section}/"


def form_of(owner: Any, version: AgreementVersion, section: str) -> Fields:
    page = owner.get(address(version, section))
    assert page.status_code == 200
    return fields_of(page.text)


def send(owner: Any, version: AgreementVersion, section: str, fields: Fields, do: str = "save") -> Any:
    return owner.post(address(version, section), posted(fields, do))


def value(fields: Fields, name: str) -> str:
    return dict(fields)[name]


def said(version: AgreementVersion) -> Any:
    version.refresh_from_db()
    return version.document.data


def test_saving_a_section_as_it_came_changes_not_one_character(owner, officeware):
    for one in sections():
        answer = send(owner, officeware, one.key, form_of(owner, officeware, one.key))
        assert answer.status_code == 302, one.key
    officeware.refresh_from_db()
    assert officeware.source == bundled_text("officeware")
    assert not HistoryEntry.objects.filter(event="agreement_version.changed").exists()


def test_E1_a_new_price_changes_its_line_of_the_text_and_keeps_every_comment(owner, officeware):
    fields = with_value(form_of(owner, officeware, "plans"), f"{GOLD}/price/amount", "1599.00 EUR")
    answer = send(owner, officeware, "plans", fields)
    assert answer.headers["Location"] == address(officeware, "plans")
    officeware.refresh_from_db()
    # The columns of its tables need not stay.
    assert officeware.source.split() == bundled_text("officeware").replace("1499.00 EUR", "1599.00 EUR").split()
    assert HistoryEntry.objects.filter(event="agreement_version.changed").exists()


def test_what_was_typed_is_kept_to_the_letter(owner, officeware):
    typed = '  No: "yes" # not a comment, 08:30\nand a second line  '
    fields = with_value(form_of(owner, officeware, "plans"), f"{GOLD}/description", typed.replace("\n", "\r\n"))
    send(owner, officeware, "plans", fields)
    assert said(officeware)["plans"]["gold"]["description"] == typed
    assert value(form_of(owner, officeware, "plans"), f"{GOLD}/description") == typed.replace("\n", "\r\n")


def test_every_kind_of_field_can_be_changed(owner, officeware):
    fields = form_of(owner, officeware, "request_types")
    fields = with_value(fields, "f/request_types/question/counts_towards_allowance", "on")
    fields = with_value(fields, "f/request_types/question/forced_level", "severity_3")
    fields = with_value(fields, "f/request_types/incident/asks", "scope", "impact")
    assert send(owner, officeware, "request_types", fields).status_code == 302
    question, incident = said(officeware)["request_types"]["question"], said(officeware)["request_types"]["incident"]
    assert (question["counts_towards_allowance"], question["forced_level"]) == (True, "severity_3")
    assert incident["asks"] == ["scope", "impact"]

    fields = with_value(form_of(owner, officeware, "tickets"), "f/tickets/warnings", "50 %, 30 minutes before")
    fields = without(fields, "f/tickets/reclassification/by_team")
    send(owner, officeware, "tickets", fields)
    assert said(officeware)["tickets"]["warnings"] == ["50 %", "30 minutes before"]
    assert said(officeware)["tickets"]["reclassification"]["by_team"] is False

    fields = with_value(form_of(owner, officeware, "plans"), f"{GOLD}/features", "One: a\r\nTwo, b")
    fields = with_value(fields, f"{GOLD}/allowance/incidents", "9")
    send(owner, officeware, "plans", fields)
    gold = said(officeware)["plans"]["gold"]
    assert (gold["features"], gold["allowance"]["incidents"]) == (["One: a", "Two, b"], 9)


def test_references_are_chosen_by_the_names_that_people_read(owner, officeware):
    page = owner.get(address(officeware, "targets")).text
    assert '<option value="business" selected>Business hours</option>' in page
    assert '<option value="E4" selected>E4 Response and resolution targets</option>' in page


def test_E4_the_targets_are_a_table_of_levels_and_plans_that_can_be_typed_into(owner, officeware):
    page = owner.get(address(officeware, "targets")).text
    for plan in ("Professional", "Enterprise", "Gold"):
        assert f'<th scope="col">{plan}</th>' in page
    fields = fields_of(page)
    assert value(fields, CELL) == "3 business days"
    send(owner, officeware, "targets", with_value(fields, CELL, "2 business days"))
    officeware.refresh_from_db()
    assert "resolution: [none, 7 business days, 2 business days]" in officeware.source


def test_a_cell_keeps_its_own_hours_and_remark_and_can_get_some(owner, in_tenant):
    version = drafted("managedops")
    cell = "f/targets/tables/0/rows/p1/first_response/*"
    fields = form_of(owner, version, "targets")
    assert value(fields, f"{cell}/calendar") == "around_the_clock"
    assert value(fields, f"{cell}/note") == "Under one hour"
    send(owner, version, "targets", with_value(fields, f"{cell}/promise", "30 minutes"))
    row = said(version)["targets"]["tables"][0]["rows"]["p1"]["first_response"]
    assert row == {"promise": "30 minutes", "calendar": "around_the_clock", "note": "Under one hour"}

    version = drafted("officeware")
    fields = with_value(form_of(owner, version, "targets"), CELL.replace("promise", "note"), "On weekdays")
    send(owner, version, "targets", fields)
    row = said(version)["targets"]["tables"][0]["rows"]["severity_2"]["resolution"]
    assert row == ["none", "7 business days", {"promise": "3 business days", "note": "On weekdays"}]


def test_cells_stay_with_their_plan_when_columns_come_go_and_move(owner, officeware):
    columns = "f/targets/tables/0/plans"
    fields = with_value(form_of(owner, officeware, "targets"), columns, "gold", "professional", "enterprise")
    assert send(owner, officeware, "targets", fields).status_code == 302
    table = said(officeware)["targets"]["tables"][0]
    assert table["plans"] == ["gold", "professional", "enterprise"]
    assert table["rows"]["severity_2"]["resolution"] == ["3 business days", "none", "7 business days"]

    # Without a target for a plan the document is refused; the page has two columns, and then an empty third.
    fields = form_of(owner, officeware, "targets")
    answer = send(owner, officeware, "targets", with_value(fields, columns, "enterprise", "gold"))
    assert answer.status_code == 422
    fields = with_value(fields_of(answer.text), columns, "enterprise", "gold", "professional")
    answer = send(owner, officeware, "targets", fields)
    assert answer.status_code == 422
    again = fields_of(answer.text)
    assert value(again, CELL.replace("gold", "professional")) == ""
    assert value(again, CELL) == "3 business days"


def test_errors_stand_beside_their_fields_with_everything_typed_and_nothing_saved(owner, officeware):
    fields = with_value(form_of(owner, officeware, "plans"), f"{GOLD}/price/amount", "1499")
    fields = with_value(fields, f"{GOLD}/name", "")
    answer = send(owner, officeware, "plans", with_value(fields, f"{GOLD}/allowance/incidents", "many"))
    assert answer.status_code == 422
    for name, sentence in (
        ("price/amount", "“1499” is not an amount of money."),
        ("name", "This is needed."),
        ("allowance/incidents", "A whole number is expected here"),
    ):
        error = answer.text[answer.text.index(f'id="id_{GOLD}/{name}_error"') :]
        assert sentence in error[: error.index("</p>")]
        assert f'<a href="#id_{GOLD}/{name}">' in answer.text
    assert value(fields_of(answer.text), f"{GOLD}/allowance/incidents") == "many"
    officeware.refresh_from_db()
    assert officeware.source == bundled_text("officeware")


def test_a_change_that_needs_another_one_elsewhere_is_carried_there_and_saved_with_it(owner, officeware):
    page = send(owner, officeware, "plans", form_of(owner, officeware, "plans"), "remove:plans/professional")
    page = send(owner, officeware, "plans", fields_of(page.text))
    assert page.status_code == 422
    assert "There is no plan “professional” in this document." in page.text
    assert 'value="go:targets"' in page.text

    page = send(owner, officeware, "plans", fields_of(page.text), "go:targets")
    assert "What you changed in other sections is kept with this page" in page.text
    assert f'<form method="post" action="{address(officeware, "targets")}"' in page.text
    assert list(said(officeware)["plans"]) == ["professional", "enterprise", "gold"]
    fields = with_value(fields_of(page.text), "f/targets/tables/0/plans", "enterprise", "gold")
    assert send(owner, officeware, "targets", fields).status_code == 302
    data = said(officeware)
    assert list(data["plans"]) == data["targets"]["tables"][0]["plans"] == ["enterprise", "gold"]
    assert data["targets"]["tables"][0]["rows"]["severity_2"]["resolution"] == ["7 business days", "3 business days"]


def test_going_on_without_a_change_carries_nothing(owner, officeware):
    answer = send(owner, officeware, "plans", form_of(owner, officeware, "plans"), "go:targets")
    assert answer.headers["Location"] == address(officeware, "targets")
    assert send(owner, officeware, "plans", form_of(owner, officeware, "plans"), "go:nowhere").status_code == 404


def test_a_carried_text_that_is_not_ours_is_left_aside(owner, officeware):
    fields = [*form_of(owner, officeware, "liability"), ("carried", "plans: none:guessed")]
    assert send(owner, officeware, "liability", fields).status_code == 302
    officeware.refresh_from_db()
    assert officeware.source == bundled_text("officeware")


def test_a_table_cell_says_what_is_wrong_with_it(owner, officeware):
    answer = send(owner, officeware, "targets", with_value(form_of(owner, officeware, "targets"), CELL, "3 days"))
    error = answer.text[answer.text.index(f'id="id_{CELL}_error"') :]
    assert "“3 days” can mean 24 hours" in error[: error.index("</p>")]
    assert "Severity 2 Resolution, Gold" in answer.text


def test_a_promise_for_every_plan_says_what_is_wrong_with_it_beside_its_field(owner, in_tenant):
    version, field = drafted("engage"), "f/targets/tables/0/rows/high/first_response/*/promise"
    answer = send(owner, version, "targets", with_value(form_of(owner, version, "targets"), field, "3 days"))
    error = answer.text[answer.text.index(f'id="id_{field}_error"') :]
    assert "“3 days” can mean 24 hours" in error[: error.index("</p>")]
    assert answer.text.count("“3 days” can mean 24 hours") == 2  # there and in the summary on top


def test_weekdays_named_twice_are_both_kept_and_said(owner, officeware):
    fields = form_of(owner, officeware, "calendars")
    more = send(owner, officeware, "calendars", fields, "add:calendars/business/weekly")
    fields = with_value(fields_of(more.text), "f/calendars/business/weekly/1/name", "mon-fri")
    answer = send(
        owner, officeware, "calendars", with_value(fields, "f/calendars/business/weekly/1/value", "19:00-20:00")
    )
    assert answer.status_code == 422
    assert "“mon-fri” is there already. Name each once." in answer.text
    assert value(fields_of(answer.text), "f/calendars/business/weekly/1/value") == "19:00-20:00"
    fields = with_value(fields_of(answer.text), "f/calendars/business/weekly/1/name", "sat")
    send(owner, officeware, "calendars", fields)
    assert said(officeware)["calendars"]["business"]["weekly"] == {"mon-fri": "09:00-17:00", "sat": "19:00-20:00"}


def test_a_part_is_added_filled_moved_and_saved(owner, officeware):
    fields = with_value(form_of(owner, officeware, "plans"), "new/plans/name", "Platinum Plus")
    page = send(owner, officeware, "plans", fields, "add:plans")
    assert "the draft has not" in page.text
    fields = fields_of(page.text)
    assert value(fields, "f/plans/platinum_plus/name") == "Platinum Plus"
    page = send(owner, officeware, "plans", fields, "add:plans/platinum_plus/price")
    fields = with_value(fields_of(page.text), "f/plans/platinum_plus/description", "For the demanding.")
    fields = with_value(fields, "f/plans/platinum_plus/channels", "email")
    fields = with_value(fields, "f/plans/platinum_plus/price/per", "month")
    fields = with_value(fields, "f/plans/platinum_plus/price/amount", "5000.00 EUR")
    page = send(owner, officeware, "plans", fields, "up:plans/platinum_plus")
    assert list(said(officeware)["plans"]) == ["professional", "enterprise", "gold"], (
        "Nothing is saved by these buttons."
    )
    page = send(owner, officeware, "plans", fields_of(page.text))
    assert "The plan “Platinum Plus” has no targets." in page.text
    page = send(owner, officeware, "plans", fields_of(page.text), "go:targets")
    page = send(owner, officeware, "targets", fields_of(page.text), "add:targets/rules")
    fields = with_value(fields_of(page.text), "f/targets/rules/0/metric", "first_response")
    fields = with_value(fields, "f/targets/rules/0/promise", "1 hour")
    assert (
        send(owner, officeware, "targets", with_value(fields, "f/targets/rules/0/plans", "platinum_plus")).status_code
        == 302
    )
    assert list(said(officeware)["plans"]) == ["professional", "enterprise", "platinum_plus", "gold"]
    assert said(officeware)["plans"]["platinum_plus"]["price"] == {"per": "month", "amount": "5000.00 EUR"}


def test_what_is_added_without_a_name_or_twice_is_refused_beside_it(owner, officeware):
    fields = form_of(owner, officeware, "plans")
    for name, sentence in (
        ("", "Give the name of what you add."),
        ("Gold", "There is one with the short name “gold” already."),
    ):
        answer = send(owner, officeware, "plans", with_value(fields, "new/plans/name", name), "add:plans")
        assert answer.status_code == 422
        assert sentence in answer.text
        assert value(fields_of(answer.text), "new/plans/name") == name


def test_a_clause_is_added_by_its_number_and_a_metric_by_choice(owner, officeware):
    fields = with_value(form_of(owner, officeware, "clauses"), "new/clauses/key", "E9")
    page = send(owner, officeware, "clauses", with_value(fields, "new/clauses/name", "Reports"), "add:clauses")
    fields = with_value(fields_of(page.text), "f/clauses/E9/text", "A report each quarter.")
    assert send(owner, officeware, "clauses", fields).status_code == 302
    assert said(officeware)["clauses"]["E9"] == {"title": "Reports", "text": "A report each quarter."}

    page = owner.get(address(officeware, "metrics")).text
    assert '<option value="workaround">Workaround</option>' in page
    assert '<option value="resolution">' not in page


def test_an_optional_section_is_added_and_left_out_again(owner, officeware):
    page = owner.get(address(officeware, "access"))
    assert "This agreement leaves it out." in page.text
    page = send(owner, officeware, "access", fields_of(page.text), "add:access")
    fields = with_value(fields_of(page.text), "f/access/text", "Least privilege.")
    assert send(owner, officeware, "access", fields).status_code == 302
    assert said(officeware)["access"] == {"text": "Least privilege."}
    page = send(owner, officeware, "access", form_of(owner, officeware, "access"), "remove:access")
    send(owner, officeware, "access", fields_of(page.text))
    officeware.refresh_from_db()
    assert officeware.source.split() == bundled_text("officeware").split()


def test_lists_of_parts_grow_shrink_and_move(owner, in_tenant):
    version = drafted("managedops")
    page = send(
        owner, version, "availability", form_of(owner, version, "availability"), "down:availability/commitments/0"
    )
    page = send(owner, version, "availability", fields_of(page.text), "remove:availability/commitments/3")
    page = send(owner, version, "availability", fields_of(page.text), "add:availability/commitments")
    fields = with_value(fields_of(page.text), "f/availability/commitments/3/percent", "98 %")
    assert send(owner, version, "availability", fields).status_code == 302
    percents = [one["percent"] for one in said(version)["availability"]["commitments"]]
    assert percents == ["99.5 %", "99.9 %", "99.95 %", "98 %"]
    assert version.source.count("# Ours: percentages per package and service.") == 1


def test_checking_says_the_result_and_saves_nothing(owner, officeware):
    fields = with_value(form_of(owner, officeware, "plans"), f"{GOLD}/name", "Golden")
    answer = send(owner, officeware, "plans", fields, "check")
    assert (answer.status_code, "Nothing is wrong." in answer.text) == (200, True)
    assert value(fields_of(answer.text), f"{GOLD}/name") == "Golden"
    assert send(owner, officeware, "plans", with_value(fields, f"{GOLD}/name", ""), "check").status_code == 422
    officeware.refresh_from_db()
    assert officeware.source == bundled_text("officeware")


def test_of_two_owners_at_once_the_second_sees_what_the_first_did_and_loses_nothing(cast, owner, officeware):
    mine = with_value(form_of(owner, officeware, "plans"), f"{GOLD}/name", "Golden")
    theirs = with_value(form_of(owner, officeware, "plans"), f"{GOLD}/description", "Theirs.")
    send(owner, officeware, "plans", theirs)
    answer = send(owner, officeware, "plans", mine)
    assert answer.status_code == 409
    assert f"{cast.owner.user.name} changed this draft" in answer.text
    assert "<code>    description: Theirs.</code>" in answer.text
    assert value(fields_of(answer.text), f"{GOLD}/name") == "Golden"
    assert said(officeware)["plans"]["gold"]["name"] == "Gold"
    # Having looked, the second owner may save over it.
    assert send(owner, officeware, "plans", fields_of(answer.text)).status_code == 302
    assert said(officeware)["plans"]["gold"]["name"] == "Golden"


def test_a_date_of_its_own_stays_until_the_date_in_the_text_is_changed(owner, in_tenant):
    version = actions.save_draft(
        source=bundled_text("officeware"), name="x.yaml", effective_from=date(2027, 1, 1), by=None, now=EPOCH
    )
    send(owner, version, "plans", with_value(form_of(owner, version, "plans"), f"{GOLD}/name", "Golden"))
    version.refresh_from_db()
    assert version.effective_from == date(2027, 1, 1)
    fields = with_value(form_of(owner, version, "version"), "f/version/effective_from", "2027-07-01")
    send(owner, version, "version", fields)
    version.refresh_from_db()
    assert version.effective_from == date(2027, 7, 1)


@pytest.mark.parametrize(
    "do",
    ["remove:plans/platinum", "add:plans/gold/nothing", "up:plans/x/y", "add:targets", "down:plans/gold/channels/0"],
)
def test_a_button_for_what_is_not_there_is_not_found(owner, officeware, do):
    assert send(owner, officeware, "plans", form_of(owner, officeware, "plans"), do).status_code == 404


def test_a_section_that_is_none_and_a_published_version_lead_elsewhere(owner, officeware):
    publish(officeware)
    for answer in (owner.get(address(officeware, "plans")), owner.post(address(officeware, "plans"), {"do": "save"})):
        assert answer.headers["Location"] == f"/settings/agreements/new/?from={officeware.pk}"
    assert owner.get(address(officeware, "nothing")).status_code == 404


def test_a_form_without_its_fields_takes_nothing_away(owner, officeware):
    assert owner.post(address(officeware, "plans"), {"do": "save", "digest": officeware.digest}).status_code == 422
    officeware.refresh_from_db()
    assert officeware.source == bundled_text("officeware")


def test_the_form_costs_as_many_queries_for_a_large_section_as_for_a_small_one(
    owner, officeware, django_assert_max_num_queries
):
    for section in ("liability", "targets", "clauses"):
        with django_assert_max_num_queries(14):
            owner.get(address(officeware, section))


def test_a_section_with_more_fields_than_a_common_form_is_read_whole(owner, in_tenant):
    clauses = "".join(f'  X{number}: {{title: "T{number}", text: "Text {number}"}}\n' for number in range(190))
    text = bundled_text("officeware").replace("\ncalendars:", f"{clauses}\ncalendars:", 1)
    version = actions.save_draft(source=text, name="x.yaml", effective_from=None, by=None, now=EPOCH)
    fields = with_value(form_of(owner, version, "clauses"), "f/clauses/X189/title", "The last")
    assert len(fields) > 790
    padded = [*fields, *((f"padding/{number}", "") for number in range(400))]
    assert send(owner, version, "clauses", padded).status_code == 302
    assert said(version)["clauses"]["X189"]["title"] == "The last"
