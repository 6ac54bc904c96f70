"""An agreement as people read it: the picture of its hours."""

from __future__ import annotations

from datetime import date

from agreements.document import load_bundled
from agreements.readable import CalendarShown, calendars_of


def picture(key: str, calendar: str, on: date) -> CalendarShown:
    return next(each for each in calendars_of(load_bundled(key), on=on) if each.spec.key == calendar)


def spans(shown: CalendarShown, day: str) -> list[str]:
    return [span["words"] for row in shown.week if row["day"] == day for span in row["spans"]]


def test_D1_a_union_is_drawn_as_it_is_open_in_one_zone_and_not_as_its_members_write_their_hours() -> None:
    # In winter London's midnight is four in the afternoon in Los Angeles and eleven in the morning in Sydney.
    shown = picture("identity", "worldwide", date(2026, 11, 18))
    assert shown.zone == "Europe/London"
    assert spans(shown, "Mon") == ["00:00 to 06:00", "08:00 to 24:00"]
    assert spans(shown, "Sat") == ["00:00 to 01:00"]
    assert spans(shown, "Sun") == ["22:00 to 24:00"]


def test_B1_a_calendar_is_drawn_in_its_own_zone() -> None:
    shown = picture("engage", "business", date(2026, 3, 3))
    assert spans(shown, "Tue") == ["08:30 to 17:00"]
    assert spans(shown, "Sun") == []
    assert (shown.zone, shown.business_day) == ("Europe/Amsterdam", "8 hours")
    assert (date(2026, 4, 27), "King's Day") in shown.holidays
