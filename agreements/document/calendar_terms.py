"""What an agreement says about hours: calendars, closed days, days with hours of their own.

A term is declared here once; see `declaration`.
"""

from __future__ import annotations

from typing import Annotated

from agreements.document import keys
from agreements.document.declaration import Cited, Description, Name, Term, term, terms
from agreements.document.directions import gained, less, shortened
from agreements.document.keys import Format, Key
from agreements.document.quantities import Day, Duration, Hours, Weekdays, Zone

# A declaration reads as a paragraph; the formatter would give every word of it a line.
# fmt: off


@terms(added="worse", about=("date",))
class OwnHoliday:
    """A closed day of the provider's own."""

    date: Day = term("When.")
    name: Name = term("What it is called.")


@terms(added="better", about=("name", "date"))
class RemovedHoliday:
    """A public holiday that is worked, by name in every year or by date."""

    name: Name = term("Its name as the holiday data has it, for every year.", default="")
    date: Day | None = term("The date, when only that one is worked.", default=None)


Country = Annotated[str, Format("country", "^[A-Z]{2}$",
    help="Two-letter code of the country whose public holidays are closed days, such as NL.")]
Region = Annotated[str, Format("region", "^[A-Z0-9]{1,6}$",
    help="Code of the region whose holidays are closed too, such as BY or ENG.")]


@terms
class HolidayTerms:
    """Closed days: national ones by country and region, and own ones."""

    country: Country | None = term(default=None, title="Public holidays of")
    subdivision: Region | None = term(default=None, title="Region")
    added: tuple[OwnHoliday, ...] = term("Own closed days.", default=(), title="Own closed days", most=200)
    removed: tuple[RemovedHoliday, ...] = term("Public holidays on which work goes on.", default=(),
        title="Public holidays that are worked", most=100)


HoursOfDay = Annotated[tuple[Hours, ...], Term(alone=True, least=0, most=10,
    help="One stretch of opening hours, or a list of them for a split day. An empty list is a closed day.")]


@terms(added=shortened, about=("date",))
class OwnHours:
    """A day with its own hours."""

    date: Day = term("When.")
    name: Name = term("What it is called: Christmas Eve.")
    hours: HoursOfDay = term("The hours of that day.")


@terms(added="neutral")
class CalendarTerms(Cited):
    """Hours that promises are counted in: either weekly hours with holidays, or always open, or the union of other
    calendars."""

    key: Key
    name: Name = term("How people read it: Business hours.")
    description: Description = term("What it is for.", default="")
    timezone: Zone | None = term("The zone of its hours; the document's zone when left out.", default=None,
        title="Time zone")
    weekly: dict[Weekdays, HoursOfDay] | None = term("Opening hours by weekday. A day that is not named is closed.",
        default=None, title="Opening hours", most=7)
    holidays: HolidayTerms | None = term(default=None, title="Closed days")
    exceptions: tuple[OwnHours, ...] = term("Days with hours of their own, such as half-days. A day of every year "
        "(12-24) shortens working days only; a full date also opens a closed one.", default=(),
        title="Days with hours of their own", most=200)
    always: bool = term("Open at every hour of every day.", default=False, title="Always open", better=True)
    union: tuple[keys.Calendar, ...] = term("Open whenever one of these calendars is.", default=(),
        title="Open whenever one of these is", least=2, most=20, better=gained)
    business_day: Duration | None = term("The opening hours that make one business day, such as “8 hours”. Needed when "
        "a target counts business days.", default=None, better=less, title="Length of a business day")
