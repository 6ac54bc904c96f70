"""A year of a calendar: what is open, what is closed and why, exact sums, and warnings before holidays run out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from agreements.document import AgreementDocument, load
from agreements.document.public_holidays import YEARS, public_holidays
from agreements.readable.years import DayShown, calendar_page, holidays_missing, year_of
from tenants.scope import tenant_scope
from tests import factories
from tests.agreements.documents import SIXTH, bundled, sixth
from tests.agreements.reading import grid, parsed, seen

#: A Bavarian office with a holiday of its own, a bridge day, a half-day and a worked Saturday, and one round the clock.
REGIONAL = """\
  desk:
    name: Desk hours
    timezone: Europe/Berlin
    weekly:
      mon-fri: [09:00-12:00, 13:00-17:30]
    holidays:
      country: DE
      subdivision: BY
      added: [{date: 2026-06-05, name: Bridge day}]
      removed: [{name: Epiphany}]
    exceptions:
      - {date: 12-24, name: Christmas Eve, hours: 09:00-12:00}
      - {date: 2026-05-09, name: Stock-taking Saturday, hours: [10:00-14:00]}
    business_day: 450 minutes
    clause: "2.1"
"""


@pytest.fixture(scope="module")
def regional() -> AgreementDocument:
    start, end = SIXTH.index("  desk:\n"), SIXTH.index("  market:\n")
    return load(SIXTH[:start] + REGIONAL + SIXTH[end:], name="regional.yaml")


def days(document: AgreementDocument, key: str, year: int) -> Iterator[DayShown]:
    for month in year_of(document, key, year).months:
        for week in month.weeks:
            yield from (day for day in week if day is not None)


def day_of(document: AgreementDocument, key: str, day: date) -> DayShown:
    return next(each for each in days(document, key, day.year) if each.day == day)


CALENDARS = [
    *((key, calendar) for key in ("seatplan", "engage", "managedops", "identity",
    "officeware") for calendar in bundled(key).calendars),
    *(("kumo", calendar) for calendar in sixth().calendars),
]  # fmt: skip


@pytest.mark.parametrize(("key", "calendar"), CALENDARS)
@pytest.mark.parametrize("year", [2026, 2028], ids=["a year", "a leap year"])
def test_the_days_and_months_of_a_year_add_up_to_the_business_time_between_its_ends(
    key: str, calendar: str, year: int
) -> None:
    document = sixth() if key == "kumo" else bundled(key)
    shown = year_of(document, calendar, year)
    every = list(days(document, calendar, year))
    spec = document.calendars[calendar]
    zone = ZoneInfo(document.timezone.name if spec.members or spec.always else spec.timezone)
    whole = document.calendar(calendar).between(
        datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    )
    assert [each.day for each in every] == [date(year, 1, 1) + timedelta(days=n) for n in range(len(every))]
    assert len(every) == (366 if year == 2028 else 365)
    assert sum((each.open for each in every), timedelta()) == whole == shown.open
    assert sum((month.open for month in shown.months), timedelta()) == whole
    assert sum(month.open_days for month in shown.months) == shown.open_days == sum(1 for each in every if each.open)


def test_D2_round_the_clock_is_every_hour_of_the_year_also_on_the_days_the_clock_is_changed() -> None:
    shown = year_of(bundled("identity"), "on_call", 2026)
    assert (shown.open, shown.open_days, shown.special) == (timedelta(hours=8760), 365, ())
    assert day_of(bundled("identity"), "on_call", date(2026, 3, 29)).open == timedelta(hours=23)
    assert day_of(bundled("identity"), "on_call", date(2026, 10, 25)).open == timedelta(hours=25)


def test_B1_dutch_holidays_are_closed_by_name_and_the_hours_are_those_of_the_clause() -> None:
    engage = bundled("engage")
    kings_day = day_of(engage, "business", date(2026, 4, 27))
    assert (kings_day.kind, kings_day.words, kings_day.open) == ("holiday", "King's Day: closed", timedelta())
    usual = day_of(engage, "business", date(2026, 4, 28))
    assert (usual.kind, usual.words, usual.open) == ("open", "08:30 to 17:00", timedelta(hours=8, minutes=30))
    assert day_of(engage, "business", date(2026, 4, 26)).kind == "closed"


@pytest.mark.parametrize(
    ("day", "kind", "words"),
    [
        (date(2026, 6, 4), "holiday", "Corpus Christi: closed"),
        (date(2026, 11, 1), "holiday", "All Saints' Day: closed"),
        (date(2026, 1, 6), "open", "09:00 to 12:00 and 13:00 to 17:30"),
        (date(2026, 6, 5), "own_closure", "Bridge day: closed"),
        (date(2026, 12, 24), "own_hours", "Christmas Eve: 09:00 to 12:00"),
        (date(2026, 5, 9), "own_hours", "Stock-taking Saturday: 10:00 to 14:00"),
        (date(2026, 5, 16), "closed", "closed"),
    ],
    ids=[
        "of the region",
        "of the region, on a Sunday",
        "worked",
        "own closure",
        "half-day",
        "opened Saturday",
        "Saturday",
    ],
)
def test_regional_and_own_days_split_days_and_half_days_show_as_the_file_has_them(
    regional: AgreementDocument, day: date, kind: str, words: str
) -> None:
    shown = day_of(regional, "desk", day)
    assert (shown.kind, shown.words) == (kind, words)


def test_a_split_day_counts_both_its_parts(regional: AgreementDocument) -> None:
    assert day_of(regional, "desk", date(2026, 3, 3)).open == timedelta(hours=7, minutes=30)


def test_D1_a_union_is_open_while_any_member_is_and_names_whose_holiday_it_is() -> None:
    tokyo = sixth()
    # New Year's Day is a holiday at both, but Berlin's old year ends at one in the morning of Tokyo.
    new_year = day_of(tokyo, "night_desk", date(2026, 1, 1))
    assert (new_year.kind, new_year.hours) == ("partly", "00:00 to 01:00")
    assert new_year.name == "New Year's Day (Desk hours) and New Year's Day (Berlin desk)"
    unity = day_of(tokyo, "night_desk", date(2025, 10, 3))
    assert (unity.kind, unity.name) == ("partly", "German Unity Day (Berlin desk)")
    assert "09:00 to 15:00" in unity.hours
    # A holiday on a weekend, when Berlin would not have worked, changes nothing: Saturday, 25 December 2027.
    assert day_of(tokyo, "night_desk", date(2027, 12, 25)).name == ""
    # London works from eight, Sydney in what is its evening and night there, Los Angeles until one.
    usual = day_of(bundled("identity"), "worldwide", date(2026, 11, 18))
    assert usual.hours == "00:00 to 06:00 and 08:00 to 24:00"


def test_E7_longer_hours_have_a_year_of_their_own_without_holidays() -> None:
    officeware = bundled("officeware")
    assert year_of(officeware, "extended", 2026).open == timedelta(hours=8 * 365)
    assert year_of(officeware, "extended", 2026).special == ()
    assert {each.name for each in year_of(officeware, "business", 2026).special} >= {"Christmas Day", "Good Friday"}


@pytest.mark.parametrize("asked", ["", "soon", "1999", "2061", "20260", "-2026", "２０２６"])
def test_a_year_that_no_calendar_has_shows_this_one(asked: str) -> None:
    shown = calendar_page(bundled("engage"), "business", asked=asked, on=date(2026, 6, 1))
    assert shown is not None
    assert shown["shown"] == year_of(bundled("engage"), "business", 2026)


def test_the_first_and_the_last_year_lead_no_further() -> None:
    first = calendar_page(bundled("engage"), "business", asked=str(YEARS.start), on=date(2026, 6, 1))
    last = calendar_page(bundled("engage"), "business", asked=str(YEARS.stop - 1), on=date(2026, 6, 1))
    assert first is not None
    assert last is not None
    assert (first["previous_year"], first["next_year"]) == (None, YEARS.start + 1)
    assert (last["previous_year"], last["next_year"]) == (YEARS.stop - 2, None)
    with pytest.raises(ValueError, match="known from 2000 to 2060"):
        year_of(bundled("engage"), "business", 2061)


#: A country whose holidays follow the moon: they are known for few years ahead.
LUNAR = SIXTH.replace("holidays: {country: DE, subdivision: BE}", "holidays: {country: LK}")
LAST = public_holidays("LK", None).known_years.stop - 1


@pytest.fixture(scope="module")
def lunar() -> AgreementDocument:
    return load(LUNAR, name="lunar.yaml")


@pytest.mark.parametrize(
    ("on", "years"),
    [
        (date(LAST, 6, 30), []),
        (date(LAST, 7, 3), [LAST + 1]),
        (date(LAST, 12, 31), [LAST + 1]),
        (date(LAST + 1, 1, 1), [LAST + 1]),
        (date(LAST + 1, 8, 1), [LAST + 1, LAST + 2]),
    ],
    ids=["more than six months before", "within six months", "the day before", "there", "the next one too"],
)
def test_a_year_without_known_holidays_is_warned_of_six_months_before(
    lunar: AgreementDocument, on: date, years: list[int]
) -> None:
    missing = holidays_missing(lunar, on=on)
    assert [each.year for each in missing] == years
    assert all(each.title == f"The holidays of Sri Lanka are not known for {each.year}" for each in missing)


def test_no_warning_comes_where_the_holidays_are_known_or_none_are_closed_days() -> None:
    for key in ("seatplan", "engage", "managedops", "identity", "officeware"):
        assert holidays_missing(bundled(key), on=date(2026, 12, 1)) == []


@pytest.fixture
def lunar_version(cast: Any, in_tenant: Any) -> Any:
    return factories.agreement("kumo", source=LUNAR)


@pytest.mark.parametrize(("month", "warned"), [(3, False), (11, True)], ids=["in March", "in November"])
def test_the_version_and_the_settings_warn_before_a_year_without_known_holidays(
    cast: Any, sign_in: Any, lunar_version: Any, month: int, warned: bool
) -> None:
    sentence = f"The holidays of Sri Lanka are not known for {LAST + 1}"
    with time_machine.travel(datetime(LAST, month, 3, 12, tzinfo=UTC), tick=False):
        owner = sign_in(cast.owner)
        assert (sentence in seen(owner.get("/settings/").text)) == warned
        assert (sentence in seen(owner.get(f"/settings/agreements/versions/{lunar_version.pk}/").text)) == warned
        calendar = f"/settings/agreements/versions/{lunar_version.pk}/calendars/berlin/?year={LAST + 1}"
        assert sentence in seen(owner.get(calendar).text), "the year itself always says so"


def test_a_version_that_another_one_replaced_warns_of_nothing(cast: Any, sign_in: Any, lunar_version: Any) -> None:
    factories.agreement("kumo", source=SIXTH, effective_from=date(LAST, 10, 1))
    with time_machine.travel(datetime(LAST, 11, 3, 12, tzinfo=UTC), tick=False):
        owner = sign_in(cast.owner)
        assert "are not known" not in seen(owner.get("/settings/").text)
        assert "are not known" not in seen(owner.get(f"/settings/agreements/versions/{lunar_version.pk}/").text)


def test_the_page_has_twelve_months_the_special_days_and_the_sums_as_tables(
    cast: Any, in_tenant: Any, sign_in: Any
) -> None:
    version = factories.agreement("engage")
    address = f"/settings/agreements/versions/{version.pk}/calendars/business/?year=2026"
    page = parsed(sign_in(cast.owner).get(address).text)
    assert len(page.all("table", "month")) == 12
    special, sums = (grid(table) for table in page.all("table", "promises"))
    assert ["Mon 27 Apr", "King's Day", "Public holiday", "Closed"] in special
    shown = year_of(version.document, "business", 2026)
    assert sums[0] == ["Month", "Open days", "Open time"]
    assert sums[4][:2] == ["April", str(shown.months[3].open_days)]
    assert sums[-1][:2] == ["2026", str(shown.open_days)]
    drawn = [node for node in page.all("td", "day-is-holiday") if "King's Day: closed" in node.attributes["title"]]
    assert [node.text() for node in drawn] == ["27"]
    assert "?year=2025#the-year" in {node.attributes.get("href") for node in page.all("a")}


def test_every_calendar_of_the_document_leads_to_its_year(cast: Any, in_tenant: Any, sign_in: Any) -> None:
    version = factories.agreement("kumo", source=SIXTH)
    owner = sign_in(cast.owner)
    page = parsed(owner.get(f"/settings/agreements/versions/{version.pk}/").text)
    links = [node.attributes["href"] for node in page.all("a") if "/calendars/" in node.attributes.get("href", "")]
    assert len(links) == len(version.document.calendar_terms) + 1, "and round the clock, which promises count on"
    for link in links:
        assert owner.get(link).status_code == 200


def test_a_calendar_is_there_for_owners_of_its_tenant_alone(cast: Any, sign_in: Any) -> None:
    with tenant_scope(cast.tenant):
        version = factories.agreement("engage")
    address = f"/settings/agreements/versions/{version.pk}/calendars/business/"
    assert sign_in(cast.owner).get(address).status_code == 200
    assert sign_in(cast.owner).get(address.replace("business", "nothing")).status_code == 404
    assert sign_in(cast.agent).get(address).status_code == 403
    assert sign_in(cast.contact).get(address).status_code == 404
    assert sign_in(cast.rival.owner).get(address).status_code == 404
