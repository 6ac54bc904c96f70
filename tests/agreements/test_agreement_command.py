"""`manage.py agreement lint | diff | show`, as a real process and without any database."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agreements.comparison import compare
from agreements.document import BUNDLED, bundled_text
from agreements.document.source import MAX_BYTES
from tests.agreements.documents import SIXTH, bundled

ROOT = Path(__file__).resolve().parents[2]


def process(*arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[str]:
    """The command as people run it; no database answers at the address it gets."""
    nowhere = "postgres://nobody@127.0.0.1:1/nothing"
    environment = {
        **os.environ,
        "DATABASE_URL": nowhere,
        "DATABASE_OWNER_URL": nowhere,
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    found = subprocess.run(
        [sys.executable, "manage.py", "agreement", *arguments],
        cwd=ROOT, env=environment, input=text, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return subprocess.CompletedProcess(found.args, found.returncode, found.stdout.decode(), found.stderr.decode())


def called(*arguments: str) -> str:
    out = io.StringIO()
    call_command("agreement", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(text: str | bytes, name: str = "acme.yaml") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    return write


@pytest.mark.thorough
class TestAsAProcess:
    def test_lint_says_file_line_column_path_and_sentence_and_fails(self, file):
        broken = file(SIXTH.replace("promise: 5 business days", "promise: 5 days"))
        good = file(SIXTH, "good.yaml")
        found = process("lint", good, broken)
        line = SIXTH[: SIXTH.index("promise: 5 business days")].count("\n") + 1
        assert found.returncode == 1
        assert found.stderr == ""
        assert found.stdout.splitlines() == [
            f"{good}: Nothing is wrong.",
            f"{broken}:{line}:41: targets.rules[0].promise: “5 days” can mean 24 hours, a working day or a date. "
            "Write “5 business days” or “5 calendar days”.",
        ]

    def test_lint_reads_the_standard_input(self):
        found = process("lint", "-", text=bundled_text("engage").encode())
        assert (found.returncode, found.stdout) == (0, "-: Nothing is wrong.\n")
        refused = process("lint", "-", text=b"a: *b\n")
        assert refused.returncode == 1
        assert refused.stdout.startswith("<stdin>:1:4: a: Aliases")

    def test_diff_tells_every_change_in_plain_text(self, file):
        changed = file(bundled_text("officeware").replace("amount: 1499.00 EUR", "amount: 1599.00 EUR"))
        found = process("diff", "officeware", changed)
        assert found.returncode == 0
        assert found.stdout == (
            "1 change: 1 worse for the client.\n\nPlans and prices\n----------------\n"
            "* Gold · Price: Amount (worse for the client)\n    - €\xa01,499.00  [E1]\n    + €\xa01,599.00  [E1]\n"
        )

    def test_show_prints_the_targets_table_of_E4_cell_by_cell(self):
        found = process("show", "officeware")
        assert found.returncode == 0
        rows = [line.split("  ") for line in found.stdout.splitlines()]
        cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
        assert ["Professional", "Enterprise", "Gold"] in cells
        first = cells.index(["Severity 1 (Urgent)"])
        assert cells[first + 1] == ["First response", "–", "8 business hours", "8 business hours"]
        assert ["Resolution", "–", "32 business hours", "16 business hours"] in cells
        assert ["Resolution", "–", "14 business days", "7 business days"] in cells
        assert ["First response", "24 business hours", "24 business hours", "24 business hours"] in cells

    def test_a_file_of_five_megabytes_is_refused_quickly(self, file):
        large = file(b"a: b\n" * 1_000_000, "large.yaml")
        found = process("lint", large)
        assert found.returncode == 1
        assert "large.yaml:1:1: This file, " in found.stdout
        assert "is larger than 1 MB" in found.stdout


class TestLint:
    @pytest.mark.parametrize("key", BUNDLED)
    def test_nothing_is_wrong_with_the_five_agreements(self, key):
        path = str(ROOT / "agreements" / "documents" / f"{key}.yaml")
        assert called("lint", path) == f"{path}: Nothing is wrong.\n"

    def test_json_has_every_problem_with_its_place(self, file, capsys):
        broken = file(SIXTH.replace("country: JP", "country: JX").replace("subdivision: BE}", "subdivision: ZZ}"))
        out = io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("agreement", "lint", "--json", broken, stdout=out)
        assert ended.value.code == 1
        ((result),) = json.loads(out.getvalue())
        assert result["file"] == broken
        assert [problem["path"] for problem in result["problems"]] == [
            "calendars.desk.holidays.country", "calendars.berlin.holidays.subdivision",
        ]  # fmt: skip
        assert set(result["problems"][0]) == {"file", "line", "column", "path", "sentence"}

    def test_a_missing_file_is_a_sentence_and_the_others_are_still_read(self, file):
        out = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("agreement", "lint", "/nowhere/at.yaml", file(SIXTH), stdout=out)
        first, second = out.getvalue().splitlines()
        assert first == "/nowhere/at.yaml:1:1: This file cannot be read: No such file or directory."
        assert second.endswith(": Nothing is wrong.")

    def test_no_more_of_an_endless_file_is_read_than_may_be(self):
        started = time.monotonic()
        out = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("agreement", "lint", "/dev/zero", stdout=out)
        assert f"larger than {MAX_BYTES // 1_000_000} MB" in out.getvalue()
        assert time.monotonic() - started < 5


class TestDiffAndShow:
    def test_json_of_diff_is_that_of_the_comparison(self, file):
        text = bundled_text("engage").replace("update_every: 120 minutes", "update_every: 60 minutes")
        data = json.loads(called("diff", "engage", file(text), "--json"))
        assert data["counts"] == {"better": 1, "worse": 0, "unclear": 0, "neutral": 0}
        assert data["changes"][0]["before"] == "120 minutes"
        assert data["changes"][0]["clauses"] == {"old": "B15", "new": "B15"}

    def test_two_equal_documents_do_not_differ(self):
        assert called("diff", "engage", "engage") == "Nothing differs.\n"
        assert not compare(bundled("engage"), bundled("engage"))

    def test_both_sides_cannot_come_from_the_standard_input(self):
        with pytest.raises(CommandError, match="Only one of the two"):
            called("diff", "-", "-")

    def test_show_of_one_plan_shows_that_plan_only(self):
        text = called("show", "officeware", "--plan", "gold")
        assert "€\xa01,499.00" in text
        assert "Professional:" not in text
        assert "32 business hours" not in text
        assert called("show", "officeware", "--plan", "Gold") == text

    def test_a_plan_that_does_not_exist_names_those_that_do(self):
        with pytest.raises(
            CommandError, match=r"There is no plan “silver”\. There are: professional, enterprise, gold\."
        ):
            called("show", "officeware", "--plan", "silver")

    def test_show_as_json_has_the_blocks_and_the_files_own_values(self):
        data = json.loads(called("show", "officeware", "--json"))
        table = next(each for each in data["chapters"][0]["blocks"] if each["kind"] == "table")
        assert [each["title"] for each in table["columns"]] == ["", "Professional", "Enterprise", "Gold"]
        assert ["Resolution", "–", "32 business hours", "16 business hours"] in [
            [cell["text"] for cell in row] for row in table["rows"]
        ]
        assert data["document"] == bundled("officeware").data

    @pytest.mark.parametrize("key", BUNDLED)
    def test_every_section_of_the_five_is_shown(self, key):
        text = called("show", key)
        document = bundled(key)
        for part in (*document.plans, *document.levels, *document.channels, *document.metrics):
            assert part.name in text
        for clause in document.clauses:
            assert f"{clause.key} {clause.title}" in text

    def test_an_unusable_file_ends_the_command_with_its_problems(self, file):
        broken = file("a: [")
        for arguments in (("show", broken), ("diff", "engage", broken)):
            with pytest.raises(CommandError, match=r"acme\.yaml:\d+:\d+: .*The YAML cannot be read here"):
                called(*arguments)
