"""What a change means for the client, by rule: a shorter target is better, a shorter claim window worse.

Only what a rule is certain of is called better or worse. A text that carries a promise is `unclear` when its words
change: a person has to read it. Names, order and paper work are `neutral`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agreements.document import incidents, model, service
from agreements.document.comparison.changes import Direction
from agreements.document.quantities import Compensation, Duration, Money, Percent, Pledge

Rule = Callable[[Any, Any], Direction]


def opposite(direction: Direction) -> Direction:
    """What a removal means when the addition means `direction`."""
    turned: dict[Direction, Direction] = {"better": "worse", "worse": "better"}
    return turned.get(direction, direction)


def _size(value: Any) -> tuple[str, Any] | None:
    """A kind of quantity and its size; only sizes of one kind can be compared."""
    if isinstance(value, Percent):
        return "percent", value.value
    if isinstance(value, Money):
        return value.currency, value.amount
    if isinstance(value, Compensation):
        return f"{value.kind} {value.currency}", value.amount
    if isinstance(value, Duration):
        # A business day has no length of its own, so it compares with business days only.
        kind = "business days" if value.in_business_days else "business" if value.in_business_time else "elapsed"
        return kind, value.count if value.in_business_days else value.length()
    if isinstance(value, int):
        return "number", value
    return None


def more(old: Any, new: Any) -> Direction:
    """The larger the better."""
    before, after = _size(old), _size(new)
    if before is None or after is None or before[0] != after[0]:
        return "unclear"
    if before[1] == after[1]:
        return "neutral"
    return "better" if after[1] > before[1] else "worse"


def less(old: Any, new: Any) -> Direction:
    """The smaller the better."""
    return opposite(more(old, new))


def pledge(old: Pledge | None, new: Pledge | None) -> Direction:
    """A target is better than best effort, that is better than nothing, and a shorter target than a longer one."""
    ranks = {"none": 0, "best_effort": 1, "target": 2}
    before, after = ranks[old.kind if old else "none"], ranks[new.kind if new else "none"]
    if before != after:
        return "better" if after > before else "worse"
    if old is None or new is None or old.duration is None or new.duration is None:
        return "neutral"
    return length(old.duration, new.duration)


def length(old: Duration, new: Duration) -> Direction:
    """A due time that comes sooner is better. Opening time never runs faster than the clock on the wall."""
    judged = less(old, new)
    if judged != "unclear" or old.in_business_days or new.in_business_days:
        return judged
    before, after = old.length(), new.length()
    if old.in_business_time and after <= before:
        return "better"
    if new.in_business_time and after >= before:
        return "worse"
    return "unclear"


def gained(old: Any, new: Any) -> Direction:
    """The more is named the better; an exchange has to be judged."""
    before, after = set(old or ()), set(new or ())
    if before == after:
        return "neutral"
    if before <= after:
        return "better"
    return "worse" if after <= before else "unclear"


def lost(old: Any, new: Any) -> Direction:
    return opposite(gained(old, new))


def ranked(*best_first: Any) -> Rule:
    """One of these is better than the next; what is not among them has to be judged."""

    def judge(old: Any, new: Any) -> Direction:
        if old not in best_first or new not in best_first:
            return "unclear"
        before, after = best_first.index(old), best_first.index(new)
        return "neutral" if before == after else "better" if after < before else "worse"

    return judge


def narrowing(old: Any, new: Any) -> Direction:
    """Which plans, levels or services something holds for; empty means all."""
    if not old or not new:
        return "unclear" if bool(old) == bool(new) else "better" if not new else "worse"
    return gained(old, new)


def neutral(old: Any, new: Any) -> Direction:
    return "neutral"


YES: Rule = ranked(True, False)
NO: Rule = ranked(False, True)
_OUTCOME = ranked("covered", "best effort", "not covered")

#: By class and field. What is in neither table nor among the neutral names is unclear.
FIELDS: dict[tuple[type, str], Rule] = {
    (model.Liability, "kind"): ranked("commitment", "best endeavours", "objective"),
    (model.Version, "date"): neutral,
    (model.Version, "effective_from"): neutral,
    (model.Version, "topic"): neutral,
    (model.Level, "contacts_may_choose"): YES,
    (model.Level, "needs_permission"): NO,
    (model.Level, "rank"): neutral,
    (model.Level, "intent"): neutral,
    (model.Level, "examples"): neutral,
    (model.Level, "aliases"): neutral,
    (model.MailTerms, "subject_names_level"): YES,
    (model.Reclassification, "by_contacts"): YES,
    (model.Reclassification, "reason_required"): YES,
    (model.Reclassification, "shown_to_client"): YES,
    (model.TicketTerms, "warnings"): neutral,
    (model.TicketTerms, "reopening"): lambda old, new: (
        "unclear" if "new cycle" in (old, new) else ranked("resume", "restart")(old, new)
    ),
    (model.TicketTerms, "merging"): ranked("earliest start", "own start"),
    (model.RequestType, "outside"): lambda old, new: "unclear" if old and new else "worse" if new else "better",
    (model.RequestType, "counts_towards_allowance"): NO,
    (model.RequestType, "levels"): narrowing,
    (model.RequestType, "asks"): neutral,
    (model.Component, "measured"): YES,
    (model.Price, "amount"): less,
    (model.Price, "billed"): neutral,
    (model.Allowance, "incidents"): more,
    (model.Channel, "on_request"): NO,
    (model.Channel, "levels"): narrowing,
    (model.Plan, "channels"): gained,
    (model.Plan, "features"): gained,
    (model.Metric, "pauses"): lost,
    (model.Metric, "workaround_resolves"): NO,
    (model.Metric, "otherwise"): ranked("best effort", "none"),
    (model.Metric, "stopped_by"): ranked("substantive reply", "any reply"),
    (model.CalendarTerms, "always"): YES,
    (model.CalendarTerms, "union"): gained,
    (model.CalendarTerms, "business_day"): less,
    (model.Attainment, "share"): more,
    (model.CoverageRule, "outcome"): _OUTCOME,
    (model.TrialRule, "outcome"): _OUTCOME,
    (model.TrialRule, "request_types"): gained,
    (model.Extension, "plans"): narrowing,
    (incidents.IncidentLevelTerms, "escalation"): ranked("at once", "business hours", "planned"),
    (incidents.IncidentLevelTerms, "update_every"): pledge,
    (incidents.IncidentLevelTerms, "steps"): gained,
    (incidents.IncidentTerms, "reminders"): neutral,
    (incidents.IncidentLine, "levels"): gained,
    (service.Notice, "at_least"): more,
    (service.Notice, "unless_urgent"): NO,
    (service.ServiceWindow, "agreed_per_client"): YES,
    (service.MaintenanceAllowance, "duration"): less,
    (service.MaintenanceTerms, "announced_by"): gained,
    (service.MaintenanceTerms, "overrun_counts"): YES,
    (service.Commitment, "percent"): more,
    (service.CountsFrom, "length"): less,
    (service.CountsFrom, "error_rate"): less,
    (service.Exclusion, "found_by"): neutral,
    (service.Exclusion, "needs"): gained,
    (service.Exclusion, "overrun_counts"): YES,
    (service.AvailabilityTerms, "liability"): ranked("commitment", "objective"),
    (service.AvailabilityTerms, "measured_by"): neutral,
    (service.CreditTerms, "offered"): YES,
    (service.CreditSchedule, "plans"): narrowing,
    (service.CreditSchedule, "categories"): narrowing,
    (service.Tier, "credit"): more,
    (service.Tier, "below"): more,
    (service.Tier, "downtime_from"): less,
    (service.Tier, "for_each"): less,
    (service.Cap, "at_most"): more,
    (service.ClaimTerms, "on_request"): NO,
    (service.ClaimTerms, "within"): more,
    (service.ClaimTerms, "evidence_required"): NO,
    (service.Topic, "by"): gained,
    (service.Topic, "each"): neutral,
    (service.ContactTerms, "authorised_only"): NO,
    (service.ContactTerms, "escalation_path"): neutral,
    (service.ChangeKind, "asked_by"): gained,
    (service.AccessTerms, "principles"): gained,
}

#: What it means that a part of this class is added; a removal means the opposite.
ADDED: dict[type, Direction] = {
    model.Clause: "unclear",
    model.CalendarTerms: "neutral",
    model.Category: "neutral",
    model.Component: "neutral",
    model.Product: "neutral",
    model.Scheme: "neutral",
    model.Level: "unclear",
    model.Plan: "better",
    model.Channel: "better",
    model.RequestType: "better",
    model.Extension: "better",
    model.OwnHoliday: "worse",
    model.RemovedHoliday: "better",
    model.Allowance: "worse",
    model.Attainment: "better",
    model.OutsideHours: "better",
    incidents.IncidentTerms: "better",
    incidents.IncidentLine: "better",
    incidents.IncidentStep: "better",
    service.Notice: "better",
    service.MaintenanceAllowance: "better",
    service.Commitment: "better",
    service.CountsFrom: "worse",
    service.Exclusion: "worse",
    service.Expectation: "better",
    service.AvailabilityTerms: "better",
    service.CreditSchedule: "better",
    service.Tier: "better",
    service.Cap: "worse",
    service.Topic: "better",
    service.Link: "neutral",
    service.AddendumTerms: "neutral",
    service.AddendumSection: "neutral",
}

#: Classes none of whose fields changes what is promised, and fields that never do, whatever they belong to.
_NEUTRAL_CLASSES = (service.Link, service.AddendumTerms, service.AddendumSection)
_NEUTRAL_NAMES = {
    "name", "label", "title", "description", "where", "summary", "language", "format", "key", "provider", "clause",
    "publish_clause", "update_clause", "measured_clause", "authorised_clause",
}  # fmt: skip


def of_field(owner: type, field: str, old: Any, new: Any) -> Direction:
    """What the change of one value means; `old` and `new` are bound values, None for what is not said."""
    rule = FIELDS.get((owner, field))
    if rule is not None:
        return rule(old, new)
    return "neutral" if owner in _NEUTRAL_CLASSES or field in _NEUTRAL_NAMES else "unclear"


def of_part(part: Any) -> Direction:
    """What it means that `part`, a bound one, is there now and was not before."""
    if isinstance(part, model.CoverageRule):
        # A situation that is left out takes nothing away.
        return "neutral" if part.outcome == "covered" else "worse"
    if isinstance(part, service.CreditTerms):
        return "better" if part.offered else "neutral"
    if isinstance(part, model.OwnHours):
        return "worse" if part.date.year is None else "unclear"
    return ADDED.get(type(part), "unclear")
