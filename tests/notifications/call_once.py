"""A worker of its own, for the test that kills it: `python -m tests.notifications.call_once DATABASE`."""

from __future__ import annotations

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slatrack.settings")
    django.setup()
    # Models can be imported once Django stands.
    from django.db import connections

    from notifications.switchboard import Switchboard

    connections["default"].settings_dict["NAME"] = sys.argv[1]
    Switchboard(seconds=30).work()


if __name__ == "__main__":
    main()
