"""A worker of its own, for the test that kills it: `python -m tests.notifications.deliver_once DATABASE SMTP_PORT`."""

from __future__ import annotations

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slatrack.settings")
    django.setup()
    # Models can be imported once Django stands.
    from django.conf import settings
    from django.db import connections

    from notifications import delivery

    connections["default"].settings_dict["NAME"] = sys.argv[1]
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[2])
    settings.DEFAULT_FROM_EMAIL = "desk@acme.example"
    delivery.deliver_due()


if __name__ == "__main__":
    main()
