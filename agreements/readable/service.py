"""What an agreement says about the service itself: maintenance, availability, what is left out, and credits."""

from __future__ import annotations

from dataclasses import dataclass

from agreements.document import AgreementDocument
from agreements.document.model import Plan
from agreements.document.quantities import Compensation, Money, Period
from agreements.document.service import Cap, ClaimTerms, Commitment, CreditSchedule, Exclusion, Notice, Tier
from agreements.readable.lines import Line, listed, notes, sentence

PLACES = {"status page": "on the status page", "mail": "by mail", "ticket": "in a ticket"}
FOUND_BY = {
    "hand": "",
    "maintenance": "Found from recorded maintenance.",
    "emergency maintenance": "Found from recorded emergency maintenance.",
    "beta product": "Found from products that are marked beta or early access for a client.",
    "approved change": "Found from recorded changes that were approved.",
}
ANNOUNCED = ("maintenance", "emergency maintenance", "approved change")
NEEDS = {"reason": "its reason", "evidence": "evidence", "approval": "who approved it"}
COUNTED_FROM = {
    "downtime": "the downtime",
    "incident end": "the end of the incident",
    "month end": "the end of the month",
    "quarter end": "the end of the quarter",
}
LIABILITY = {
    "commitment": "A commitment, not only an aim.",
    "objective": "An objective: it is reported, and nothing is owed when it is missed.",
    "best endeavours": "Best endeavours: tried within reason, without liability for a figure.",
}


def maintenance_of(document: AgreementDocument) -> list[Line]:
    """When maintenance may happen and how early it is announced (B16, C14)."""
    terms = document.maintenance
    if terms is None:
        return []
    found = []
    if terms.notice:
        found.append(Line("Planned maintenance", terms.notice.sentence, terms.notice.clause, _notice(terms.notice)))
    if terms.emergency_notice:
        notice = terms.emergency_notice
        found.append(Line("Emergency maintenance", notice.sentence, notice.clause, _notice(notice)))
    if terms.window:
        hours = document.calendars[terms.window.calendar].name
        own = "A client can agree another window." if terms.window.agreed_per_client else ""
        found.append(Line("Service window", terms.window.sentence, terms.window.clause, notes(f"Hours: {hours}.", own)))
    if terms.risky_outside:
        hours = document.calendars[terms.risky_outside].name
        found.append(Line("Risky work", f"Kept outside these hours: {hours}.", terms.clause))
    if terms.allowance:
        said = f"At most {terms.allowance.duration.text} of planned maintenance {per(terms.allowance.per)}."
        found.append(Line("How much", said, terms.allowance.clause))
    if terms.announced_by:
        found.append(
            Line("Announced", f"{sentence(listed(PLACES[each] for each in terms.announced_by))}.", terms.clause)
        )
    overrun = (
        "Time beyond the announced end counts as downtime."
        if terms.overrun_counts
        else "Time beyond the announced end does not count as downtime."
    )
    found.append(Line("Overrun", overrun, terms.clause))
    return found


def _notice(notice: Notice) -> tuple[str, ...]:
    return notes(
        f"At least {notice.at_least.text} ahead.",
        "Urgent work may come with less notice." if notice.unless_urgent else "",
    )


def per(period: Period) -> str:
    """`a month`; `in any 30 calendar days`."""
    return f"in any {period.rolling.text}" if period.rolling else f"a {period.kind}"


@dataclass(frozen=True)
class CommitmentRow:
    """A promised availability, and for which services and plans."""

    commitment: Commitment
    categories: str
    plans: str


def commitments_of(document: AgreementDocument, plan: Plan | None) -> list[CommitmentRow]:
    """The promised percentages, those of `plan` alone where one is given (B4, C6, D7)."""
    terms = document.availability
    return [
        CommitmentRow(
            each, _categories(document, each.categories), _plans(document, each.plans) if plan is None else ""
        )
        for each in (terms.commitments if terms else ())
        if _holds(each.plans, plan)
    ]


def _holds(plans: tuple[str, ...], plan: Plan | None) -> bool:
    return plan is None or not plans or plan.key in plans


def _categories(document: AgreementDocument, keys: tuple[str, ...]) -> str:
    return ", ".join(document.categories[key].name for key in keys) or "Everything measured"


def _plans(document: AgreementDocument, keys: tuple[str, ...]) -> str:
    return ", ".join(document.plans[key].name for key in keys)


def measurement_of(document: AgreementDocument) -> list[Line]:
    """How availability is measured: period, formula, where, and from when downtime counts (B5, C7)."""
    terms = document.availability
    if terms is None:
        return []
    zone = (terms.timezone or document.timezone).name.replace("_", " ")
    period = f"any {terms.period.rolling.text}" if terms.period.rolling else f"each {terms.period.kind}"
    found = [
        Line("Measured over", f"{sentence(period)}, in {zone} time.", terms.measured_clause),
        Line("Calculated", terms.formula, terms.measured_clause),
    ]
    if terms.measured_by:
        found.append(Line("Measured by", f"{listed(terms.measured_by)}.", terms.measured_clause))
    if terms.counts_from:
        length = f"{terms.counts_from.length.text} of downtime" if terms.counts_from.length else ""
        rate = f"an error rate of {terms.counts_from.error_rate.text}" if terms.counts_from.error_rate else ""
        said = f"Only from {listed([length, rate])} on; what is shorter or milder is left out."
        found.append(Line("What counts", said, terms.counts_from.clause))
    return found


@dataclass(frozen=True)
class ExclusionShown:
    """A kind of time that is left out, with what must be recorded when it is."""

    exclusion: Exclusion
    remarks: tuple[str, ...]


def exclusions_of(document: AgreementDocument) -> list[ExclusionShown]:
    """What is not downtime (A9, B7, C8)."""
    terms = document.availability
    return [ExclusionShown(each, _excluded(each)) for each in (terms.exclusions if terms else ())]


def _excluded(exclusion: Exclusion) -> tuple[str, ...]:
    overrun = ""
    if exclusion.found_by in ANNOUNCED:
        overrun = (
            "Time beyond the announced end counts as downtime."
            if exclusion.overrun_counts
            else "Time beyond the announced end is left out as well."
        )
    needs = f"Recorded with {listed(NEEDS[each] for each in exclusion.needs)}." if exclusion.needs else ""
    return notes(FOUND_BY[exclusion.found_by], overrun, needs)


@dataclass(frozen=True)
class TierRow:
    when: str
    credit: str


@dataclass(frozen=True)
class ScheduleShown:
    """One schedule of credits: its steps from the mildest on, its limits, and what it is for."""

    schedule: CreditSchedule
    tiers: tuple[TierRow, ...]
    holds_for: str
    caps: tuple[str, ...]


def schedules_of(document: AgreementDocument, plan: Plan | None) -> list[ScheduleShown]:
    """What is given back and when (C6, D8)."""
    terms = document.credits
    return [
        ScheduleShown(
            each,
            tuple(TierRow(_reached(tier), _given(tier)) for tier in each.tiers),
            listed(notes(_plans(document, each.plans) if plan is None else "", _named(document, each.categories))),
            tuple(_cap(document, cap) for cap in each.caps),
        )
        for each in (terms.schedules if terms else ())
        if _holds(each.plans, plan)
    ]


def _named(document: AgreementDocument, keys: tuple[str, ...]) -> str:
    return ", ".join(document.categories[key].name for key in keys)


def _reached(tier: Tier) -> str:
    if tier.below is not None:
        return f"Below {tier.below.text}"
    return f"From {tier.downtime_from.text} of downtime" if tier.downtime_from else "Any downtime"


def _given(tier: Tier) -> str:
    each = f" for each {tier.for_each.text}" if tier.for_each else ""
    return compensation(tier.credit) + each


def compensation(credit: Compensation) -> str:
    """`7 service days`, `10 % of the monthly fee`, `€ 50.00`."""
    return Money(credit.amount, credit.currency).text if credit.kind == "money" else credit.text


def _cap(document: AgreementDocument, cap: Cap) -> str:
    period = cap.per
    if period == "period" and document.availability:
        return f"At most {compensation(cap.at_most)} {per(document.availability.period)}."
    return f"At most {compensation(cap.at_most)} a {period}."


def claim_of(claim: ClaimTerms | None) -> list[Line]:
    """How a credit is asked for (D9)."""
    if claim is None:
        return []
    asked = (
        "Nothing is given without a claim."
        if claim.on_request
        else "Credits are given without a claim; one can still be made."
    )
    window = f"Within {claim.within.text} of {COUNTED_FROM[claim.counted_from]}."
    evidence = "Evidence is required." if claim.evidence_required else "No evidence is required."
    found = [Line("How to claim", claim.sentence, claim.clause, (asked, window, evidence))]
    if claim.evidence:
        found.append(Line("What serves as evidence", f"{listed(claim.evidence, last='or')}.", claim.clause))
    return found
