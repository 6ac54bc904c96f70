"""The Celery application and its beat table. Every task reads the clock once and is safe to miss, repeat or overlap."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slatrack.settings")

app = Celery("slatrack")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# How long a due clock may go unnoticed. Sweeps cost what is due, so looking often costs little.
BEAT_SECONDS = float(os.environ.get("BEAT_SECONDS", "15"))
app.conf.beat_schedule = {
    "raise warnings": {"task": "tickets.tasks.raise_warnings", "schedule": BEAT_SECONDS},
    "raise breaches": {"task": "tickets.tasks.raise_breaches", "schedule": BEAT_SECONDS},
    "raise updates": {"task": "incidents.tasks.raise_updates", "schedule": BEAT_SECONDS},
    "ask people about incidents": {"task": "incidents.tasks.ask_people", "schedule": BEAT_SECONDS},
    "audit escalations": {"task": "incidents.tasks.audit_escalations", "schedule": 300.0},
    "answer linked tickets": {"task": "incidents.tasks.answer_linked_tickets", "schedule": BEAT_SECONDS},
    "move open tickets": {"task": "tickets.tasks.move_open_tickets", "schedule": 60.0},
    "sweep maintenance": {"task": "incidents.tasks.sweep_maintenance", "schedule": BEAT_SECONDS},
    "compute what-ifs": {"task": "tickets.tasks.compute_what_ifs", "schedule": BEAT_SECONDS},
    "fan out": {"task": "notifications.tasks.fan_out", "schedule": min(BEAT_SECONDS, 5.0)},
    "make calls": {"task": "notifications.tasks.make_calls", "schedule": min(BEAT_SECONDS, 5.0)},
    "deliver outbox": {"task": "notifications.tasks.deliver_outbox", "schedule": min(BEAT_SECONDS, 5.0)},
    "beat heart": {"task": "slatrack.health.beat_heart", "schedule": BEAT_SECONDS},
}
