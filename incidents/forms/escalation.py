"""The form of an escalation policy: the steps that it has, and room for some more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from incidents.escalation.policy import CHANNEL, LEADS, MEMBER, SCHEDULE, WAYS
from incidents.models import OnCallSchedule
from incidents.models.escalation import USUAL, Kept, Step
from notifications.models import Channel
from shell.forms import ActionForm
from shell.wording import minutes, sentence
from tenants.models import Member

MOST_STEPS = 10
SPARE = 2
NOBODY = "nobody"
Choices = list[tuple[str, Any]]


class PolicyForm(ActionForm):
    name = forms.CharField(max_length=80)
    levels = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None: for every level that no other policy is for.",
    )
    repeats = forms.IntegerField(
        label="Then everybody again", help_text="So many times, until somebody acknowledges it."
    )
    stale_after = forms.IntegerField(
        required=False,
        label="Ask again after",
        help_text="So many minutes in which nothing happens after it was acknowledged. Empty: never.",
    )

    def __init__(self, *args: Any, levels: Iterable[tuple[str, str]], kept: Kept | None, **kwargs: Any) -> None:
        """`kept` is the policy that is changed, None for a new one."""
        super().__init__(*args, **kwargs)
        start = kept or USUAL
        steps = list(start["steps"])
        self.fields["levels"].choices = list(levels)  # type: ignore[attr-defined]  # a field of choices
        stale_after = start["stale_after"]
        self.initial = {
            **self.initial,
            "name": kept["name"] if kept else "",
            "repeats": start["repeats"],
            "stale_after": stale_after and minutes(stale_after),
        }
        whom, ways = _whom(), _ways()
        self.rows = []
        for number in range(1, min(MOST_STEPS, len(steps) + SPARE) + 1):
            step = steps[number - 1] if number <= len(steps) else Step(asks=NOBODY, by="all", wait=10 * 60)
            self.fields |= {
                f"asks_{number}": forms.ChoiceField(
                    label=f"{number}. Who is asked", choices=whom, initial=step["asks"]
                ),
                f"by_{number}": forms.ChoiceField(label="By", choices=ways, initial=step["by"]),
                f"wait_{number}": forms.IntegerField(
                    label="Minutes until the next step", initial=minutes(step["wait"])
                ),
            }
            self.rows.append([self[f"{part}_{number}"] for part in ("asks", "by", "wait")])

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        rows = [[part.name for part in row] for row in self.rows if said[row[0].name] != NOBODY]
        # A step is refused by its number, and one that is left out has none.
        self.field_of = {
            f"{name.partition('_')[0]}_{number}": name for number, row in enumerate(rows, 1) for name in row
        }
        steps = [Step(asks=said[asks], by=said[by], wait=60 * said[wait]) for asks, by, wait in rows]
        stale_after = None if said["stale_after"] is None else 60 * said["stale_after"]
        kept = Kept(name=said["name"], steps=steps, repeats=said["repeats"], stale_after=stale_after)
        return {"kept": kept, "levels": said["levels"]}


def _whom() -> Choices:
    members = Member.objects.working_tickets().select_related("user").order_by("user__name")
    return [
        (NOBODY, "Nobody: leave this step out"),
        (LEADS, "Everybody who leads"),
        ("Whoever is on call", [(f"{SCHEDULE}:{each.pk}", each.name) for each in OnCallSchedule.objects.current()]),
        ("One person", [(f"{MEMBER}:{each.pk}", each.name) for each in members]),
    ]


def _ways() -> Choices:
    channels = Channel.objects.filter(user=None)
    return [
        *((way, sentence(words)) for way, words in WAYS.items()),
        ("The team's channels", [(f"{CHANNEL}:{each.pk}", str(each)) for each in channels]),
    ]
