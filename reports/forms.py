"""Forms about what-ifs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from agreements.document.period import PeriodSpan
from agreements.forms.subscriptions import date_field
from agreements.models import AgreementVersion
from shell.forms import ActionForm
from tenants.models import Client
from tickets.whatif.columns import Period

DATES = "dates"


class _VersionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: AgreementVersion) -> str:
        return f"{obj}{'' if obj.published_at else f' (draft no. {obj.number})'}"


class WhatIfForm(ActionForm):
    """Which version and plan, of which client, for which time. Always bound: to what was chosen, or to the usual."""

    version = _VersionField(queryset=AgreementVersion.objects.none(), label="Version", empty_label=None)
    plan = forms.ChoiceField(
        required=False,
        help_text="Another plan is asked of every ticket whose client had one at the time.",
        error_messages={"invalid_choice": "This version has no such plan. Choose another."},
    )
    client = forms.ModelChoiceField(queryset=Client.objects.none(), required=False, empty_label="All clients")
    period = forms.ChoiceField(label="Tickets received")
    first_day = date_field(label="From", required=False)
    last_day = date_field(label="To", required=False, help_text="That day included.")

    def __init__(
        self, data: Any, *, versions: Any, chosen: AgreementVersion, quarters: Sequence[PeriodSpan], zone: ZoneInfo,
        now: datetime
    ) -> None:  # fmt: skip
        plans = [(plan.key, plan.name) for plan in chosen.document.plans]
        this, last, *others = quarters
        periods = [
            (last.key, f"Last quarter: {last.name}"),
            (this.key, f"This quarter so far: {this.name}"),
            *((quarter.key, quarter.name) for quarter in others),
            (DATES, "From a day to a day"),
        ]
        offered = {"version": versions, "client": Client.objects.all(), "period": periods}
        super().__init__(data, choices={**offered, "plan": [("", "Each ticket’s own plan"), *plans]})
        self._zone, self._now, self._quarters = zone, now, {quarter.key: quarter for quarter in quarters}
        for name in ("first_day", "last_day"):
            self.fields[name].required = self.period_is_dates
            self.fields[name].error_messages["required"] = "Choose a day."

    @property
    def period_is_dates(self) -> bool:
        return bool(self.data.get("period") == DATES)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "period" not in cleaned:
            return cleaned
        if cleaned["period"] != DATES:
            quarter = self._quarters[cleaned["period"]]
            cleaned["since"], cleaned["until"] = quarter.start, quarter.end
            return cleaned
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first is not None and last is not None:
            if last < first:
                self.add_error("last_day", "The period ends before it begins.")
            elif last == date.max:
                self.add_error("last_day", "This day is out of range.")
            elif self._midnight(first) >= self._now:
                self.add_error("first_day", "This day has not begun. Ask about one that has.")
            else:
                cleaned["since"] = self._midnight(first)
                cleaned["until"] = self._midnight(last + timedelta(days=1))
        return cleaned

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self._zone)

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("version", "plan", "client", "since", "until")}

    def forgive_what_is_empty(self) -> None:
        """Say nothing against fields that may still be filled in."""
        for name in [name for name in self.errors if not self.data.get(name)]:
            del self.errors[name]

    @property
    def effect(self) -> int | None:
        """How many tickets it would be about; None while the question is not complete."""
        if not self.is_valid():
            return None
        client = self.cleaned_data["client"]
        return Period(self.cleaned_data["since"], self.cleaned_data["until"], client.pk if client else None).count()


class KeepForm(ActionForm):
    name = forms.CharField(max_length=120, label="Name", error_messages={"required": "Give it a name."})
