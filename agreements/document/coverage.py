"""Whether an agreement covers a ticket at all, and the plain sentence that says so (A2, A3, B8, E3, E8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agreements.document.model import CoverageRule

if TYPE_CHECKING:
    from agreements.document.document import AgreementDocument

CoverageKind = Literal["covered", "best_effort", "not_covered"]
_KINDS: dict[str, CoverageKind] = {"covered": "covered", "best effort": "best_effort", "not covered": "not_covered"}


@dataclass(frozen=True)
class Standing:
    """How a client and the asking contact stand when a ticket is received.

    `used_this_month` counts earlier tickets of the month that use the allowance up; `allowance` is None for unlimited.
    """

    subscribed: bool
    paid: bool
    trial: bool
    authorised: bool
    used_this_month: int = 0
    allowance: int | None = None


@dataclass(frozen=True)
class Coverage:
    """`sentence` is for the client and the agent; `clause` is "" where no clause of the source says it."""

    kind: CoverageKind
    sentence: str
    clause: str


def coverage(document: AgreementDocument, request_type: str, standing: Standing) -> Coverage:
    """What covers a ticket of this type. The first rule that applies decides, in the order of this function.

    A rule that the agreement does not have does not apply: what its text does not take away stays covered.
    Raises KeyError for a request type the document does not have.
    """
    terms, kind = document.coverage, document.request_types[request_type]
    if kind.is_outside:
        return Coverage("not_covered", kind.outside, kind.clause or "")
    if not standing.authorised and terms.unauthorised:
        return _ruled(terms.unauthorised, standing)
    if standing.trial and terms.trial:
        # A prospect has no invoice to pay and no allowance; the trial rule alone says what it gets (A3).
        if request_type in terms.trial.request_types:
            return _ruled(terms.trial, standing)
        return Coverage("not_covered", terms.trial.other_sentence, terms.trial.clause or "")
    if not standing.subscribed:
        return _ruled(terms.without_subscription, standing)
    if not standing.paid and terms.unpaid:
        return _ruled(terms.unpaid, standing)
    used_up = standing.allowance is not None and standing.used_this_month >= standing.allowance
    if used_up and kind.counts_towards_allowance and terms.beyond_allowance:
        return _ruled(terms.beyond_allowance, standing)
    return Coverage("covered", "The agreement covers this request.", kind.clause or "")


def _ruled(rule: CoverageRule, standing: Standing) -> Coverage:
    sentence = rule.reason.replace("{allowance}", str(standing.allowance))
    sentence = sentence.replace("{used}", str(standing.used_this_month))
    return Coverage(_KINDS[rule.outcome], sentence, rule.clause or "")
