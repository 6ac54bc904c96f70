"""An agreement as people read it: the picture of its hours, and sentences that fit together."""

from __future__ import annotations

from datetime import date

import pytest

from agreements.document import BUNDLED, AgreementDocument, load, load_bundled
from agreements.readable import Reading, plaintext
from agreements.readable.blocks import Week
from agreements.readable.hours import made_of, week_of
from tests.agreements.documents import SIXTH


def picture(key: str, calendar: str, on: date) -> Week:
    document = load_bundled(key)
    return week_of(document, document.calendars[calendar], on=on)


def spans(shown: Week, day: str) -> list[str]:
    return [span["words"] for row in shown.drawn if row["day"] == day for span in row["spans"]]


def test_D1_a_union_is_drawn_as_it_is_open_in_one_zone_and_not_as_its_members_write_their_hours() -> None:
    # In winter London's midnight is four in the afternoon in Los Angeles and eleven in the morning in Sydney.
    shown = picture("identity", "worldwide", date(2026, 11, 18))
    assert shown.zone == "Europe/London"
    assert spans(shown, "Mon") == ["00:00 to 06:00", "08:00 to 24:00"]
    assert spans(shown, "Sat") == ["00:00 to 01:00"]
    assert spans(shown, "Sun") == ["22:00 to 24:00"]


def test_D1_a_week_is_said_as_it_is_drawn() -> None:
    said = picture("identity", "worldwide", date(2026, 11, 18)).text
    assert said == (
        "Mon to Fri 00:00 to 06:00 and 08:00 to 24:00, Sat 00:00 to 01:00, Sun 22:00 to 24:00, Europe/London time."
    )


def test_B1_a_calendar_is_drawn_in_its_own_zone() -> None:
    shown = picture("engage", "business", date(2026, 3, 3))
    assert spans(shown, "Tue") == ["08:30 to 17:00"]
    assert spans(shown, "Sun") == []
    assert shown.text == "Mon to Fri 08:30 to 17:00, Europe/Amsterdam time."
    document = load_bundled("engage")
    made = made_of(document, document.calendars["business"])
    assert {line.label: line.text for line in made}["A business day"] == "8 hours of these hours"


def text(key: str) -> str:
    return shown(load_bundled(key))


def shown(document: AgreementDocument) -> str:
    reading = Reading(document, on=date(2026, 11, 18), effective_from=document.version.effective_from)
    return " ".join(" ".join(plaintext.shown(reading)).split())


def test_B15_no_cadence_of_updates_is_no_length() -> None:
    assert "Every 120 minutes" in text("engage")
    assert "Every No fixed cadence" not in text("engage")


@pytest.mark.parametrize("key", BUNDLED)
def test_what_a_sentence_of_the_file_says_is_not_said_again_beside_it(key: str) -> None:
    for words in ("No service level applies.", "Tickets stay under the version they were opened under."):
        assert f"{words} {words}" not in text(key)


@pytest.mark.parametrize(("pauses", "said"), [("", False), (", pauses: [on hold]", True)], ids=["none", "on hold"])
def test_an_update_is_said_once_to_stand_still_while_the_client_is_waited_for(pauses: str, said: bool) -> None:
    source = SIXTH.replace("stopped_by: update, pauses: [on hold]", f"stopped_by: update{pauses}")
    news = shown(load(source, name="kumo.yaml")).split("Somebody speaks again.", 1)[1].split("Stopgap", 1)[0]
    assert "None is owed while" in news
    assert ("on hold" in news) is said
    assert "Nothing pauses" not in news
