"""How much of a month's included requests a client has used (E3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agreements.document import AgreementDocument
from tenants.models import Client
from tickets.promises.terms import used_this_month


@dataclass(frozen=True, slots=True)
class Usage:
    """Requests of a calendar month, in the agreement's zone, that count towards what the plan includes."""

    used: int
    included: int
    clause: str

    @property
    def shown(self) -> int:
        """As far as a bar can be filled."""
        return min(self.used, self.included)

    @property
    def words(self) -> str:
        return f"{self.used} of {self.included}"

    @property
    def tone(self) -> str:
        return "bad" if self.used > self.included else "warn" if self.used == self.included else ""


def usage(client: Client, document: AgreementDocument, plan: str, *, now: datetime) -> Usage | None:
    """What `client` has used in the month of `now`; None where the plan has no limit, or there is no plan."""
    terms = document.plans.get(plan)
    if terms is None or terms.allowance is None:
        return None
    return Usage(used_this_month(document, client, at=now), terms.allowance.incidents, terms.allowance.clause or "")
