"""Page, PDF and API show the same addendum, whatever people are called (C13)."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from agreements.addendum import Addendum
from agreements.readable import Covered
from agreements.readable.blocks import Cell, Chapter, Column, Table, Week, clauses_of
from agreements.typeset import addendum_pdf
from tests.agreements.contracts import DIGEST, KEYS, written
from tests.agreements.reading import parsed, seen, texts

# Each typesets in a process of its own.
pytestmark = pytest.mark.thorough
DAY = date(2026, 3, 10)
HOSTILE = [
    "O'Brien & \"Sons\" <b>GmbH</b>",
    "#set page(width: 1pt) #read(\"/etc/passwd\") #panic()",
    "Back\\slash $x^2$ *bold* _it_ @ref <label> `raw` // comment /* */ [a] {b} ~ --- = head",
    '"]; #eval("1+1"); json("/etc/passwd")',
    "W" * 160,
    "مؤسسة الاتصالات",
    "\u202egnihtemos\u202c esrever",
    "株式会社くも 😀",
    "{{ addendum.title }} {% debug %}",
]  # fmt: skip


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def squeezed(words: str) -> str:
    """Without spaces, line ends and the marks that let long words break: how lines fall is not what is said."""
    return re.sub(r"[\s\u200b\u00ad]+", "", words)


def pdf_text(pdf: bytes, addendum: Addendum) -> str:
    """What the pages say, without what stands at the foot of each."""
    pages = [squeezed(page.extract_text()) for page in read(pdf).pages]
    foot = re.escape(squeezed(" · ".join(addendum.marks))) + r"Page\d+of\d+"
    assert all(re.search(foot, page) for page in pages), "Each page names the version, the terms and its number."
    return "".join(re.sub(foot, "", page) for page in pages)


def page_text(addendum: Addendum) -> str:
    """What the page says, to the ear where the eye has a picture, and where its links lead."""
    page = render_to_string("agreements/_addendum.html", {"addendum": addendum})
    return squeezed(seen(page) + " ".join(link.attributes["href"] for link in parsed(page).all("a")))


@pytest.mark.parametrize("key", KEYS)
def test_C13_page_and_pdf_say_everything_that_the_addendum_says(key):
    addendum = written(key)
    page, pdf = page_text(addendum), pdf_text(addendum_pdf(addendum, produced_on=DAY), addendum)
    drawn = {
        squeezed(block.text) for chapter in addendum.chapters for block in chapter.blocks if isinstance(block, Week)
    }
    said = [squeezed(text) for text in texts(addendum)]
    assert len(said) > 60
    assert {text for text in said if text not in page} <= drawn, "A page draws weeks, and says them day by day."
    # An address inside the workspace leads nowhere from a sheet of paper.
    printed = [text for text in said if not text.startswith("/") and text not in map(squeezed, addendum.marks)]
    assert [text for text in printed if text not in pdf] == []


@pytest.mark.parametrize("key", KEYS)
def test_C13_page_and_pdf_cite_every_clause_wherever_the_addendum_does(key):
    addendum = written(key)
    page = render_to_string("agreements/_addendum.html", {"addendum": addendum})
    pdf = pdf_text(addendum_pdf(addendum, produced_on=DAY), addendum)
    cited = Counter(clauses_of(addendum))
    assert cited
    assert {clause: page.count(f'href="#clause-{clause}"') for clause in cited} == cited
    assert {clause: pdf.count(f"[{clause}]") for clause in cited} == cited


def test_C13_the_pdf_is_a_tagged_a4_document_with_title_author_and_language():
    pdf = read(addendum_pdf(written("managedops"), produced_on=DAY))
    assert pdf.metadata is not None
    assert (pdf.metadata.title, pdf.metadata.author) == ("SLA and support: Globex", "Acme Support")
    assert pdf.metadata.creation_date is not None
    assert pdf.metadata.creation_date.date() == DAY
    catalogue = pdf.trailer["/Root"]
    assert (catalogue["/Lang"], catalogue["/MarkInfo"]["/Marked"]) == ("en", True)
    assert "/StructTreeRoot" in catalogue
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]


def test_C13_the_same_content_makes_the_same_bytes():
    assert addendum_pdf(written("identity"), produced_on=DAY) == addendum_pdf(written("identity"), produced_on=DAY)
    other = addendum_pdf(written("identity", client="Initech"), produced_on=DAY)
    assert addendum_pdf(written("identity"), produced_on=DAY) != other


def test_C13_a_table_that_goes_on_has_its_head_again():
    rows = tuple((Cell(f"row {number}"), Cell("something")) for number in range(120))
    long = Table("Long", (Column("Heading of the first"), Column("Heading of the second")), rows)
    addendum = replace(written("identity"), chapters=(Chapter("long", "Long", (long,)),))
    pages = [page.extract_text() for page in read(addendum_pdf(addendum, produced_on=DAY)).pages]
    with_rows = [page for page in pages if "something" in page]
    assert len(with_rows) > 2
    assert all("Heading of the first" in page for page in with_rows)


def test_C13_both_parties_sign_and_the_digest_is_whole():
    addendum = written("engage")
    text = pdf_text(addendum_pdf(addendum, produced_on=DAY), addendum)
    assert text.count("Signature") == 2
    assert "ForAcmeSupport" in text
    assert "ForGlobex" in text
    assert DIGEST in text


@pytest.mark.parametrize("name", HOSTILE)
def test_C13_a_hostile_name_is_shown_and_does_nothing(name):
    covered = (Covered("hosting", name, "hosting", is_beta=True),)
    addendum = written("managedops", client=name, provider=name, products=covered)
    usual = written("managedops")
    pdf = addendum_pdf(addendum, produced_on=DAY)
    assert abs(len(read(pdf).pages) - len(read(addendum_pdf(usual, produced_on=DAY)).pages)) <= 1
    page = render_to_string("agreements/_addendum.html", {"addendum": addendum})
    assert squeezed(name) in page_text(addendum)
    assert "<b>" not in page
    if name.isascii():
        assert squeezed(f"For {name}") in pdf_text(pdf, addendum)
        assert read(pdf).metadata.author == name
    for each in read(pdf).pages:
        assert [round(float(side)) for side in each.mediabox[2:]] == [595, 842]


@settings(max_examples=15, deadline=None)
@given(name=st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), min_size=1, max_size=160))
def test_C13_no_name_at_all_breaks_the_document(name):
    addendum = written("officeware", client=name)
    assert len(read(addendum_pdf(addendum, produced_on=DAY)).pages) in {4, 5, 6}
    render_to_string("agreements/_addendum.html", {"addendum": addendum})
