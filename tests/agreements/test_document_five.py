"""The five agreements together: they load, and every clause of their source stands behind something."""

from __future__ import annotations

import itertools
import re

import pytest

from agreements.businesstime import BusinessCalendar
from agreements.document import BUNDLED
from tests.agreements.documents import bundled, cited

CLAUSES = {
    "seatplan": ("A", 11),
    "engage": ("B", 18),
    "managedops": ("C", 14),
    "identity": ("D", 10),
    "officeware": ("E", 8),
}


@pytest.mark.parametrize("key", BUNDLED)
def test_each_of_the_five_loads_and_carries_its_own_key(key):
    assert bundled(key).key == key


@pytest.mark.parametrize("key", BUNDLED)
def test_every_clause_of_the_source_is_listed_in_order(key):
    letter, count = CLAUSES[key]
    assert bundled(key).clauses.keys == tuple(f"{letter}{number}" for number in range(1, count + 1))


@pytest.mark.parametrize("key", BUNDLED)
def test_every_clause_stands_behind_some_term(key):
    document = bundled(key)
    assert set(cited(document.data)) == set(document.clauses.keys)


@pytest.mark.parametrize("key", BUNDLED)
def test_every_combination_that_a_form_offers_has_its_promises(key):
    document = bundled(key)
    for plan, kind in itertools.product(document.plans, document.request_types):
        for level in kind.levels or document.levels.keys:
            promises = document.promises(plan=plan.key, request_type=kind.key, level=level)
            assert tuple(promises) == document.metrics.keys
            for promise in promises.values():
                assert (promise.duration is not None) == (promise.kind == "target")
                assert promise.matched.endswith(".")
                assert isinstance(document.calendar(promise.calendar), BusinessCalendar)


@pytest.mark.parametrize("key", BUNDLED)
def test_every_calendar_opens_and_is_built_once(key):
    document = bundled(key)
    for name in document.calendars:
        assert document.calendar(name) is document.calendar(name)


@pytest.mark.parametrize("key", BUNDLED)
def test_every_product_is_measured_somewhere(key):
    for product in bundled(key).products:
        assert any(component.measured for component in product.components)


@pytest.mark.parametrize("key", BUNDLED)
def test_no_sentence_shown_to_people_names_a_clause_or_a_key(key):
    """Clause numbers are cited beside a sentence, and keys are for programs."""
    document = bundled(key)
    sentences = [document.summary, document.liability.sentence, *(kind.outside for kind in document.request_types)]
    sentences += [rule.sentence for rule in vars(document.coverage).values() if rule]
    for sentence in sentences:
        assert not re.search(r"\b[A-E][0-9]{1,2}\b|[a-z]_[a-z]", sentence), sentence
