"""`manage.py agreement lint | diff | show | schema | words`: agreement files at the command line, without database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agreements.comparison import compare
from agreements.comparison.differences import differences
from agreements.document import BUNDLED, AgreementDocument, DocumentError, DocumentErrors, bundled_text, load
from agreements.document.declaration import marked
from agreements.document.schema import schema, written
from agreements.document.source import MAX_BYTES
from agreements.readable import CLIENT, CONTRACT, TEAM, Reading, plaintext

STDIN = "-"


class Command(BaseCommand):
    help = "Check agreement files, show one as readable text, or say what differs between two."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        lint = verbs.add_parser("lint", help="Say what is wrong with files, as file:line:column: path: sentence.")
        lint.add_argument("files", nargs="+", metavar="FILE", help="- reads the standard input.")
        diff = verbs.add_parser("diff", help="Say what NEW says differently from OLD.")
        diff.add_argument("old", metavar="OLD", help=f"A file, - or one of {', '.join(BUNDLED)}.")
        diff.add_argument("new", metavar="NEW")
        show = verbs.add_parser("show", help="Show an agreement as readable text.")
        show.add_argument("file", metavar="FILE|KEY", help=f"A file, - or one of {', '.join(BUNDLED)}.")
        show.add_argument("--plan", help="Only what this plan is promised: its key or name.")
        verbs.add_parser("schema", help="Print the JSON Schema as the declarations make it, for the file that is kept.")
        verbs.add_parser("words", help="Print the template for a translation of what the declarations say.")
        for verb in (lint, diff, show):
            verb.add_argument("--json", action="store_true", dest="as_json", help="For programs.")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["verb"])(options)

    def lint(self, options: dict[str, Any]) -> None:
        results = [(name, _problems(name)) for name in options["files"]]
        said = (map(_located, found) if found else [f"{name}: Nothing is wrong."] for name, found in results)
        data = [{"file": name, "problems": [vars(each) for each in found]} for name, found in results]
        self._write(options, data, chain.from_iterable(said))
        if any(found for _, found in results):
            sys.exit(1)

    def diff(self, options: dict[str, Any]) -> None:
        if options["old"] == options["new"] == STDIN:
            raise CommandError("Only one of the two can come from the standard input.")
        old, new = self._document(options["old"]), self._document(options["new"])
        comparison = compare(old, new, on=timezone.localdate())
        self._write(options, comparison.as_data(), differences(comparison))

    def show(self, options: dict[str, Any]) -> None:
        document = self._document(options["file"])
        plan = None
        if wanted := options["plan"]:
            plan = next((each for each in document.plans if wanted in (each.key, each.name)), None)
            if plan is None:
                raise CommandError(f"There is no plan “{wanted}”. There are: {', '.join(document.plans.keys)}.")
        today = timezone.localdate()
        reading = Reading(document, on=today, effective_from=document.version.effective_from, plan=plan)
        self._write(options, plaintext.as_data(reading), plaintext.shown(reading))

    def schema(self, options: dict[str, Any]) -> None:
        self.stdout.write(written(schema()), ending="")

    def words(self, options: dict[str, Any]) -> None:
        spoken = (words for voice in (TEAM, CLIENT, CONTRACT) for words in voice.called.values())
        for words in dict.fromkeys((*marked(AgreementDocument), *spoken)):
            self.stdout.write(f'msgid {json.dumps(words, ensure_ascii=False)}\nmsgstr ""\n')

    def _document(self, name: str) -> AgreementDocument:
        """A file, or a bundled agreement where there is no file of that name. Ends the command when it is unusable."""
        try:
            if name in BUNDLED and not Path(name).exists():
                return load(bundled_text(name), name=f"{name}.yaml")
            return _loaded(name)
        except DocumentErrors as errors:
            raise CommandError("\n".join(map(_located, errors.errors))) from None

    def _write(self, options: dict[str, Any], data: Any, lines: Iterable[str]) -> None:
        for line in [json.dumps(data, ensure_ascii=False, indent=2)] if options["as_json"] else lines:
            self.stdout.write(line)


def _problems(name: str) -> tuple[DocumentError, ...]:
    try:
        _loaded(name)
    except DocumentErrors as errors:
        return errors.errors
    return ()


def _loaded(name: str) -> AgreementDocument:
    """Raises DocumentErrors, for a file that cannot be read too."""
    try:
        # No more of the text than shows that it is too long.
        with nullcontext(sys.stdin.buffer) if name == STDIN else Path(name).open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        sentence = f"This file cannot be read: {error.strerror or error}."
        raise DocumentErrors([DocumentError(name, 1, 1, "", sentence)]) from None
    return load(text, name="<stdin>" if name == STDIN else name)


def _located(error: DocumentError) -> str:
    """As compilers print it, so that editors jump there."""
    place = f"{error.file}:{error.line}:{error.column}: "
    return f"{place}{error.path}: {error.sentence}" if error.path else f"{place}{error.sentence}"
