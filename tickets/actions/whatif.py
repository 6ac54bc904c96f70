"""Asking what a past period would have looked like under other terms, and what becomes of the answer."""

from __future__ import annotations

from datetime import datetime

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.models import AgreementVersion
from shell.entry import name_of
from tenants import history
from tenants.models import Client, User
from tickets.models import WhatIf

#: One tenant's questions are not to keep everybody else's waiting.
MOST_UNFINISHED = 5
#: No desk has kept tickets here for longer.
FIRST_YEAR = 2000
TASK = "tickets.tasks.compute_what_ifs"


@transaction.atomic
def ask_what_if(
    *,
    version: AgreementVersion,
    plan: str,
    client: Client | None,
    since: datetime,
    until: datetime,
    by: User,
    now: datetime,
) -> WhatIf:
    """Ask how tickets received in [since, until) would have gone under `version`, and a worker to compute it.

    `plan` "" is each ticket's own. Raises ValidationError beside its field for a plan that the version lacks, a period
    that is over before it begins or has not begun, and where too many questions wait already.
    """
    if plan and plan not in version.document.plans.keys:
        names = ", ".join(each.name for each in version.document.plans)
        raise ValidationError({"plan": f"This version has no such plan. It has {names}."})
    if until <= since:
        raise ValidationError({"until": "The period ends before it begins."})
    if since.year < FIRST_YEAR:
        raise ValidationError({"since": f"Nothing is on record from before {FIRST_YEAR}."})
    if since >= now:
        raise ValidationError({"since": "This period has not begun. Ask about one that has."})
    # Lock the version, so that two who ask at once are counted one after the other, and its text is the one we note
    # down.
    version = AgreementVersion.objects.select_for_update().get(pk=version.pk)
    if WhatIf.objects.unfinished().count() >= MOST_UNFINISHED:
        raise ValidationError(
            f"{MOST_UNFINISHED} questions wait for their answer already. Wait for one, or cancel one."
        )
    what_if = WhatIf.objects.create(
        version=version,
        digest=version.digest,
        plan=plan,
        client=client,
        since=since,
        until=until,
        asked_by=by,
        asked_at=now,
    )
    history.record(what_if, "what_if.asked", actor=by, at=now)
    # Where the message gets lost, the sweep finds the question.
    transaction.on_commit(_wake_a_worker, robust=True)
    return what_if


@transaction.atomic
def cancel_what_if(*, what_if_id: int, by: User, now: datetime) -> WhatIf:
    """Stop computing it. Whoever does notices at the next chunk. Raises ValidationError where it is over."""
    what_if = _locked(what_if_id)
    if not what_if.is_unfinished:
        raise ValidationError("This has an end already; there is nothing to cancel.")
    what_if.tickets.all().delete()
    history.change(what_if, "what_if.cancelled", actor=by, at=now, cancelled_at=now)
    return what_if


@transaction.atomic
def keep_what_if(*, what_if_id: int, name: str, by: User, now: datetime) -> WhatIf:
    """Keep a result under a name, or give a kept one another. Raises ValidationError without a name or a result."""
    what_if = _locked(what_if_id)
    name = name_of(name, "Give it a name, so that others know what it answers.")
    longest = WhatIf._meta.get_field("name").max_length or 0
    if len(name) > longest:
        raise ValidationError({"name": f"Keep the name to {longest} characters; this has {len(name)}."})
    if what_if.state != WhatIf.State.FINISHED:
        raise ValidationError("There is no result to keep yet.")
    if what_if.kept_at is None:
        history.change(what_if, "what_if.kept", actor=by, at=now, data={}, name=name, kept_at=now, kept_by=by)
    else:
        history.change(what_if, "what_if.renamed", actor=by, at=now, name=name)
    return what_if


@transaction.atomic
def discard_what_if(*, what_if_id: int, by: User, now: datetime) -> None:
    """Throw a question and its answer away; its history stays."""
    what_if = _locked(what_if_id)
    history.record(what_if, "what_if.discarded", actor=by, at=now)
    what_if.delete()


def _wake_a_worker() -> None:
    # By its name: a task carries actions out, so actions cannot import it.
    current_app.send_task(TASK, ignore_result=True, expires=55)


def _locked(what_if_id: int) -> WhatIf:
    return WhatIf.objects.select_for_update(of=("self",)).select_related("version__agreement").get(pk=what_if_id)
