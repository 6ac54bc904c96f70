"""The first way in: a workspace made on the command line."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

pytestmark = pytest.mark.django_db
ARGUMENTS = ["--name", "Nordic Hosting", "--owner", "Owner@nordic.example", "--owner-name", "Nora"]


def test_the_owner_of_a_new_workspace_signs_in_with_what_was_printed() -> None:
    printed = io.StringIO()
    call_command("workspace", "add", "nordic", *ARGUMENTS, stdout=printed)
    found = re.search(r"Owner (\S+), password (\S+)\. ", printed.getvalue())
    assert found is not None
    browser = Client(HTTP_HOST="nordic.localhost")
    browser.post("/accounts/login/", {"login": found.group(1), "password": found.group(2)})
    assert browser.get("/settings/").status_code == 200


def test_a_name_that_is_taken_is_refused_and_leaves_nothing() -> None:
    call_command("workspace", "add", "nordic", *ARGUMENTS, stdout=io.StringIO())
    with pytest.raises(CommandError, match="already exists"):
        call_command("workspace", "add", "nordic", *ARGUMENTS, stdout=io.StringIO())
