"""The agreement itself, from `loader.load`: everything the file says, typed, and the questions that tickets ask it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import UTC, date, datetime, timedelta, tzinfo
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from agreements.businesstime import BusinessCalendar
from agreements.document import model
from agreements.document import promises as resolution
from agreements.document import service_terms as service
from agreements.document.calendar_terms import CalendarTerms, HolidayTerms
from agreements.document.calendars import ALWAYS, ROUND_THE_CLOCK, CalendarSpec, specify
from agreements.document.credit import Credit, Fee, Given, credit_of, most_of
from agreements.document.declaration import Description, Name, Term, declare, term, terms
from agreements.document.directions import neutral
from agreements.document.figure import Availability
from agreements.document.keys import EMPTY, SECTION_OF, Catalogue, Format, Key
from agreements.document.period import MONTH, QUARTER, Period, PeriodSpan, period_at
from agreements.document.promises import Promise, Rule
from agreements.document.public_holidays import (
    NO_HOLIDAYS,
    PublicHolidays,
    as_text,
    code_of,
    public_holidays,
)
from agreements.document.quantities import Zone
from shell.wording import when_words

_REPLY_PREFIX = re.compile(r"\A(?:\s*(?:re|fw|fwd|aw|wg|antw|sv)\s*:)+", re.IGNORECASE)
_NAMED_LEVEL = re.compile(r"\s*(?:\[([^\]]{1,60})\]|\(([^)]{1,60})\)|([^:–—!-]{1,60}?)\s*(?::|–|—|!|\s-\s))")


Language = Annotated[
    str,
    Format("language", "^[a-z]{2}(-[A-Z]{2})?$", help="ISO 639-1 code of the document's language, such as en."),
]


# Compared by identity: two loads of one text are two documents, and caches may hang on them.
@terms(eq=False)
class AgreementDocument:
    """A service level agreement as data. Every part may cite the clause of the source document that it stands on;
    whatever a document does not say is left out."""

    # fmt: off
    format: Literal["slatrack-agreement-1"] = term("Marks the file as an agreement of this format and version.",
        better=neutral)
    key: Key = term("The agreement's short name, the same in all its versions.", title="Short name of the agreement",
        better=neutral)
    title: Name = term("What the document calls itself.")
    provider: Name = term("Who makes the promises.")
    version: model.Version = term(title="Version and validity")
    language: Language = term(better=neutral)
    timezone: Zone = term("The zone promises are read in.", title="Time zone")
    summary: Description = term("What the agreement is, in a few sentences.")
    liability: model.Liability = term()
    clauses: Catalogue[model.Clause] = term("The paragraphs of the source document in own short words. Everything else "
        "cites them by these numbers.", most=200)
    calendar_terms: Catalogue[CalendarTerms] = term("Hours by name. Around the clock (“always”) is there without "
        "being listed.", most=40, name="calendars", title="Hours")
    schemes: Catalogue[model.Scheme] = term("Ways to rank tickets and incidents: priorities (what a ticket asks for) "
        "or severities (how bad it is).", title="Levels and their definitions", most=6)
    tickets: model.TicketTerms = term(title="Rules for tickets")
    request_types: Catalogue[model.RequestType] = term("What people can ask for.", most=30, title="Request types")
    categories: Catalogue[model.Category] = term("Product categories, which availability commitments name.",
        default=EMPTY, title="Product categories")
    products: Catalogue[model.Product] = term("Products that are supported and measured.", default=EMPTY)
    channels: Catalogue[model.Channel] = term("Ways to reach support.", most=20)
    plans: Catalogue[model.Plan] = term("The plans, from the smallest to the largest.", most=40,
        title="Plans and prices")
    metrics: Catalogue[model.Metric] = term("What is measured on tickets, in the order people read it.",
        title="What is measured")
    targets: model.TargetTerms = term(title="Targets")
    coverage: model.CoverageTerms = term(title="Who is covered")
    extensions: Catalogue[model.Extension] = term("Longer hours that can be agreed with one client.", default=EMPTY,
        title="Longer hours by agreement")
    incidents: service.IncidentTerms | None = term(default=None)
    maintenance: service.MaintenanceTerms | None = term(default=None)
    availability: service.AvailabilityTerms | None = term(default=None)
    credits: service.CreditTerms | None = term(default=None)
    topics: Catalogue[service.Topic] = term("What people can subscribe to.", default=EMPTY,
        title="News to subscribe to")
    links: Catalogue[service.Link] = term("Help that is one click away.", default=EMPTY)
    contacts: service.ContactTerms | None = term(default=None)
    changes: service.ChangeTerms | None = term(default=None, title="Change flow")
    access: service.AccessTerms | None = term(default=None)
    addendum: service.AddendumTerms | None = term(default=None)
    # fmt: on

    #: The plain values of the file (dict, list, str, int, bool), for export and comparison.
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)

    #: The public holidays that were spelt out when this was published, by the code of their place; empty for a draft.
    spelt_holidays: Mapping[str, PublicHolidays] = field(default_factory=dict, repr=False)

    def public_holidays(self, terms: HolidayTerms | None) -> PublicHolidays:
        """Those of the place that `terms` name: as spelt out at publication, else as the library has them today."""
        if terms is None or terms.country is None:
            return NO_HOLIDAYS
        spelt = self.spelt_holidays.get(code_of(terms.country, terms.subdivision))
        return spelt or public_holidays(terms.country, terms.subdivision)

    def holidays_text(self) -> str:
        """Everything that a library says in its calendars, to be kept with a version when it is published."""
        named = [terms.holidays for terms in self.calendar_terms if terms.holidays and terms.holidays.country]
        return as_text({code_of(each.country or "", each.subdivision): self.public_holidays(each) for each in named})

    @property
    def zone(self) -> ZoneInfo:
        """The clocks that its promises are read by."""
        return ZoneInfo(self.timezone.name)

    @cached_property
    def calendars(self) -> Mapping[str, CalendarSpec]:
        """All calendars by key, with their zone, hours and named holidays; `always` is there in every document."""
        return {
            terms.key: specify(terms, self.timezone.name, self.public_holidays(terms.holidays))
            for terms in self.parts["calendar"]
        }

    @cached_property
    def _computing(self) -> dict[str, BusinessCalendar]:
        return {}

    def calendar(self, key: str) -> BusinessCalendar:
        """The calendar that computes business time; built once. Raises KeyError for an unknown key."""
        if key not in self._computing:
            spec = self.calendars[key]
            if spec.members:
                found = BusinessCalendar.union(*map(self.calendar, spec.members))
            elif spec.always:
                found = BusinessCalendar.always()
            else:
                found = BusinessCalendar(spec.timezone, spec.weekly, spec.holidays, spec.exceptions)
            self._computing[key] = found
        return self._computing[key]

    @cached_property
    def parts(self) -> Mapping[str, Catalogue[Any]]:
        """The parts that others name by key, by what such a part is called. A scheme that is none has no levels."""
        given = self.calendar_terms
        tickets = self.schemes.get(self.tickets.scheme)
        incidents = self.schemes.get(self.incidents.scheme) if self.incidents else None
        return {
            **{kind: getattr(self, section) for kind, section in SECTION_OF.items()},
            "calendar": given if ALWAYS in given.keys else Catalogue((*given, ROUND_THE_CLOCK)),
            "level": tickets.levels if tickets else EMPTY,
            "incident level": incidents.levels if incidents else EMPTY,
            "contact role": self.contacts.roles if self.contacts else EMPTY,
        }

    def name_of(self, kind: str, key: str) -> str:
        """The name of a part that something else names; a clause is known by its number."""
        part = self.parts[kind].get(key)
        return part.name if part and kind != "clause" else key

    @property
    def scheme(self) -> model.Scheme:
        """The scheme of tickets: its name is what people call a level here, Priority or Severity."""
        return self.schemes[self.tickets.scheme]

    @property
    def levels(self) -> Catalogue[model.Level]:
        """The levels of tickets, highest first."""
        return self.scheme.levels

    @property
    def incident_levels(self) -> Catalogue[model.Level]:
        """The levels of incidents, highest first; none where the agreement says nothing about incidents."""
        return self.schemes[self.incidents.scheme].levels if self.incidents else EMPTY

    @property
    def warnings(self) -> tuple[Fraction | timedelta, ...]:
        """When to warn: a share of the target, or a time before the due time, counted on the clock's calendar."""
        return tuple(warning.point for warning in self.tickets.warnings)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every target of the file as a flat rule."""
        return tuple(resolution.rules_of(self.targets, {key for key, spec in self.calendars.items() if spec.always}))

    @cached_property
    def _rules_by_metric(self) -> Mapping[str, tuple[Rule, ...]]:
        return {metric.key: tuple(rule for rule in self.rules if rule.metric == metric.key) for metric in self.metrics}

    def rules_for(self, metric: str) -> tuple[Rule, ...]:
        """The rules of one metric; none for a metric the document does not have."""
        return self._rules_by_metric.get(metric, ())

    promises = resolution.promises

    def level_for(self, request_type: str, chosen: str | None = None, *, by_mail: bool = False) -> model.Level:
        """The level of a new ticket: forced by its type (D6), else as chosen, else the default; mail has its own (D5).

        A choice that the type does not allow, or that does not exist, gives the default.
        """
        kind = self.request_types[request_type]
        if kind.forced_level:
            return self.levels[kind.forced_level]
        allowed = kind.levels or self.levels.keys
        mail_default = self.tickets.mail.default_level if by_mail else None
        for key in (chosen, mail_default, self.tickets.default_level):
            if key and key in allowed and key in self.levels.keys:
                return self.levels[key]
        return self.levels[allowed[-1]]

    def level_from_subject(self, subject: str) -> model.Level | None:
        """The level a mail's subject names at its beginning, as in `Urgent: sign-in down` or `[urgent] …` (D5).

        None when it names none, or when the agreement does not let subjects decide. `Not urgent: …` names none.
        """
        if not self.tickets.mail.subject_names_level:
            return None
        match = _NAMED_LEVEL.match(_REPLY_PREFIX.sub("", subject[:500]))
        if match is None:
            return None
        named = " ".join(next(group for group in match.groups() if group is not None).split()).casefold()
        return self._levels_by_word.get(named)

    @cached_property
    def _levels_by_word(self) -> Mapping[str, model.Level]:
        return {
            word.casefold(): level
            for level in self.levels
            for word in (level.key.replace("_", " "), level.name, level.label, *level.aliases)
            if word
        }

    def period_at(self, on: date | datetime, period: Period | None = None) -> PeriodSpan:
        """The period that a day lies in, or an aware instant by the agreement's clocks.

        Left out, `period` is the one that availability is measured over, in the zone it has for that; a month where
        nothing is measured. Raises ValueError for a naive instant and beyond the calendar.
        """
        zone = self.timezone
        if period is None:
            terms = self.availability
            period, zone = (terms.period, terms.timezone or zone) if terms else (MONTH, zone)
        return period_at(period, on, zone.name)

    def credit_for(
        self,
        measured: Availability,
        *,
        plan: str,
        category: str,
        on: date | datetime,
        fee: Fee | None = None,
        given: Iterable[Given] = (),
    ) -> Credit | None:
        """What a client of `plan` gets for a product of `category` with that availability in `on`'s period (C6, D8).

        `fee` is what the client pays, where that is known; `given` is what it got for earlier periods and other
        products, which limits count in. None where the agreement gives no credits for it.
        """
        span, given = self.period_at(on), tuple(given)
        offered = [
            credit_of(schedule, measured, span=span, fee=fee, given=given)
            for schedule in (self.credits.schedules if self.credits and self.credits.offered else ())
            if plan in (schedule.plans or (plan,)) and category in (schedule.categories or (category,))
        ]
        return most_of(offered, fee=fee) if offered else None

    def claim_of(self, plan: str) -> service.ClaimTerms | None:
        """How a client of `plan` claims a credit (D8, D9); None where the agreement gives it none."""
        if self.credits is None or not any(plan in (each.plans or (plan,)) for each in self.credits.schedules):
            return None
        return self.credits.claim if self.credits.offered else None

    def claimed_until(self, terms: service.ClaimTerms, *, began_at: datetime, ended_at: datetime) -> date | None:
        """The last day of its zone on which a claim for downtime `[began_at, ended_at)` is in time, to the day.

        None where the time for it counts in opening hours.
        """
        if terms.within.in_business_time:
            return None
        counted_from = {
            "downtime": began_at.astimezone(self.zone).date(),
            "incident end": ended_at.astimezone(self.zone).date(),
            "month end": self.period_at(ended_at, MONTH).last_day,
            "quarter end": self.period_at(ended_at, QUARTER).last_day,
        }
        return counted_from[terms.counted_from] + terms.within.length()

    def levels_of(self, request_type: str) -> tuple[model.Level, ...]:
        """The levels that a ticket of this type can have, highest first."""
        return tuple(level for level in self.levels if self.level_for(request_type, level.key) is level)

    def calendar_for(self, key: str, extensions: Iterable[str] = ()) -> str:
        """The hours that count where the agreement names `key`: the longer ones agreed with the client instead (E7)."""
        instead = {self.extensions[each].replaces: self.extensions[each].by for each in extensions}
        return instead.get(key, key)

    def is_always(self, key: str) -> bool:
        """Whether these hours are around the clock, by themselves or through a member of their union."""
        spec = self.calendars[key]
        return spec.always or any(self.is_always(member) for member in spec.members)

    def opening(self, key: str, *, now: datetime, zone: tzinfo) -> tuple[bool, str]:
        """Whether these hours are open, and until or from when in `zone`: `until today 17:00`, `opens Mon 08:30`."""
        if self.is_always(key):
            return True, "around the clock"
        calendar = self.calendar(key)
        is_open = calendar.is_open(now)
        change = calendar.next_close(now) if is_open else calendar.next_open(now)
        words = when_words(change.astimezone(zone), now.astimezone(zone))
        return is_open, f"until {words}" if is_open else f"opens {words}"

    def extensions_for(self, plan: str) -> tuple[model.Extension, ...]:
        """The longer hours that can be agreed with a client of `plan` (E7)."""
        return tuple(each for each in self.extensions if not each.plans or plan in each.plans)

    def known_extensions(self, agreed: Iterable[str]) -> tuple[str, ...]:
        """Of the longer hours agreed with a client, those that this version has."""
        return tuple(key for key in agreed if key in self.extensions.keys)

    @cached_property
    def types_in_allowance(self) -> frozenset[str]:
        """The request types that use an allowance up (E3, E8)."""
        kinds = self.request_types
        return frozenset(kind.key for kind in kinds if kind.counts_towards_allowance and not kind.is_outside)

    def channels_for(self, plan: str | None) -> tuple[model.Channel, ...]:
        """The ways to reach support that a plan has, in the agreement's order; all of them where there is no plan."""
        its = self.plans.get(plan)
        return tuple(channel for channel in self.channels if its is None or channel.key in its.channels)

    def ways_for(self, plan: str | None) -> tuple[model.Channel, ...]:
        """The channels that stand open to everybody: not the incident line, which is told to those it is for (C9)."""
        line = self.incidents.line if self.incidents else None
        return tuple(channel for channel in self.channels_for(plan) if line is None or channel.name != line.name)

    def commitments_for(self, category: str | None = None, plan: str | None = None) -> tuple[service.Commitment, ...]:
        """The availability promised for products of a category and on a plan (B4, C6, D7); None asks for every one."""
        return tuple(
            each
            for each in (self.availability.commitments if self.availability else ())
            if category is None or category in (each.categories or (category,))
            if plan is None or plan in (each.plans or (plan,))
        )

    def cadence_of(self, level: str) -> Promise | None:
        """How often people hear of an open incident at a level (B15, C4); None where the agreement is silent.

        Elapsed time runs around the clock, whatever the hours are in which the level is worked on.
        """
        its = self.incidents.levels.get(level) if self.incidents else None
        if its is None or self.incidents is None:
            return None
        length = its.update_every.duration
        calendar = its.calendar if length is None or length.in_business_time else ALWAYS
        return Promise(
            metric="update",
            pledge=its.update_every,
            duration=length.length(self.calendars[its.calendar].business_day) if length else None,
            calendar=calendar,
            clause=its.update_clause or its.clause or self.incidents.clause or "",
            matched=f"Updates of incidents at {self.incident_levels[level].name}.",
            pauses_for=(),
        )

    @property
    def reminders(self) -> tuple[Fraction | timedelta, ...]:
        """When the team is reminded before an update of an incident is due (B15), as `warnings` are given."""
        return tuple(reminder.point for reminder in self.incidents.reminders) if self.incidents else ()

    def publishes_by_itself(self, level: str) -> bool:
        """Whether incidents of a level are on the status page without anybody's doing (B12)."""
        least = self.incidents.publish_from if self.incidents else None
        return least is not None and self.incident_levels[level].rank <= self.incident_levels[least].rank

    def escalation_of(self, level: str) -> str | None:
        """The calendar in whose hours people are asked to see to an incident of a level (B14, D2); None: nobody is."""
        its = self.incidents.levels.get(level) if self.incidents else None
        if its is None or its.escalation == "planned":
            return None
        return ALWAYS if its.escalation == "at once" else its.calendar

    @property
    def incident_hours(self) -> Mapping[str, tuple[model.Level, ...]]:
        """The calendars in which incidents are worked on, each with the levels that are worked on in it."""
        found: dict[str, tuple[model.Level, ...]] = {}
        for key, its in self.incidents.levels.items() if self.incidents else ():
            found[its.calendar] = (*found.get(its.calendar, ()), self.incident_levels[key])
        return found

    def notice_for(self, kind: Literal["planned", "emergency"]) -> service.Notice | None:
        """How early maintenance of a kind is announced (B16); None where the agreement says nothing of it."""
        if self.maintenance is None:
            return None
        return self.maintenance.notice if kind == "planned" else self.maintenance.emergency_notice

    def announce_by(self, kind: Literal["planned", "emergency"], start: datetime) -> datetime | None:
        """The last instant (UTC) at which maintenance that begins at `start` is announced early enough (B16, C8).

        Calendar days and weeks count back on the clocks of the agreement's zone, whatever those do meanwhile; business
        time counts back in the hours that targets are counted in. None where no notice is owed.
        """
        notice = self.notice_for(kind)
        if notice is None:
            return None
        length = notice.at_least
        if length.in_business_time:
            hours = self.targets.calendar
            return self.calendar(hours).add(start, -length.length(self.calendars[hours].business_day))
        # Arithmetic on a local time moves the hands of the clock; in UTC it is the time that passes.
        there = self.zone if length.in_calendar_days else UTC
        return (start.astimezone(there) - length.length()).astimezone(UTC)

    def topic_about(self, what: str) -> service.Topic | None:
        """The agreement's own name for news about something, where it has one."""
        return next((topic for topic in self.topics if topic.about == what), None)


#: The whole agreement as a term.
DOCUMENT = declare(AgreementDocument, Term())
