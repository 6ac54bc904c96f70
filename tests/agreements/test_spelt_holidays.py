"""A published version keeps the holidays it was published with, whatever the next release of a library says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, InternalError, connections, transaction
from django.db.migrations.executor import MigrationExecutor

import agreements.models
from agreements import actions
from agreements.comparison import compare
from agreements.document import BUNDLED, bundled_text, load, load_bundled, load_stored
from agreements.document import public_holidays as module
from agreements.document.public_holidays import PublicHolidays, as_text, from_text
from agreements.models import AgreementVersion, SpeltHolidays
from agreements.readable.years import holidays_missing, year_of
from tenants.models import HistoryEntry
from tenants.scope import tenant_scope
from tests import factories
from tests.agreements.documents import SIXTH
from tests.tickets.desking import filed, under
from tickets.promises.verification import Difference, verify

NETHERLANDS = {
    2026: "01-01 04-05 04-06 04-27 05-14 05-24 05-25 12-25 12-26",
    2027: "01-01 03-28 03-29 04-27 05-06 05-16 05-17 12-25 12-26",
}
CLOSED = {
    ("seatplan", "office"): {
        2026: "01-01 04-05 04-06 05-01 05-14 05-24 05-25 07-21 08-15 11-01 11-11 12-25",
        2027: "01-01 03-28 03-29 05-01 05-06 05-16 05-17 07-21 08-15 11-01 11-11 12-25",
    },
    ("engage", "business"): NETHERLANDS,
    ("managedops", "office"): NETHERLANDS,
    ("officeware", "business"): {
        2026: "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26",
        2027: "01-01 03-26 03-29 05-01 05-06 05-17 10-03 12-25 12-26",
    },
}


def test_the_closed_days_of_the_five_agreements_are_these_and_good_friday_is_none_of_the_dutch():
    found = {
        (key, calendar): {year: " ".join(f"{day:%m-%d}" for day in spec.holidays_in(year)) for year in (2026, 2027)}
        for key in BUNDLED
        for calendar, spec in load_bundled(key).calendars.items()
        if spec.holidays
    }
    assert found == CLOSED


class OtherCountry:
    """A country in another release: its holidays have other names and fall on other days."""

    def __init__(self, country: Any) -> None:
        self.country_of_old = country

    def __getattr__(self, name: str) -> Any:
        return getattr(self.country_of_old, name)

    def __call__(self, **asked: Any) -> dict[date, str]:
        found = self.country_of_old(**asked)
        return {day + timedelta(days=4): f"New name of {name}" for day, name in found.items()}


class OtherRelease:
    """Another release of the library, which has lost one country."""

    def __init__(self, library: Any, lost: str) -> None:
        self.library, self.lost = library, lost

    def __getattr__(self, country: str) -> Any:
        if country == self.lost:
            raise AttributeError(country)
        return OtherCountry(getattr(self.library, country))


def forget() -> None:
    """What a new process does not know."""
    caches = (module.public_holidays, module.supported_subdivisions, load, agreements.models._document)
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Deploys another release of the library, which no longer knows the country `lost`."""

    def deploy(lost: str = "") -> None:
        monkeypatch.setattr(module, "national", OtherRelease(module.national, lost))
        forget()

    yield deploy
    monkeypatch.undo()
    forget()


@pytest.mark.django_db
@pytest.mark.parametrize("lost", ["", "DE"], ids=["other days and names", "a country gone"])
def test_due_times_the_queue_the_year_and_the_contract_stay_as_they_were_published(
    cast: Any, sign_in: Any, upgrade: Callable[[str], None], lost: str
):
    version = under("officeware", "gold", cast)
    before_easter = datetime(2026, 3, 31, 9, tzinfo=UTC)
    with tenant_scope(cast.tenant):
        document = version.document
        due = document.calendar("business").add(before_easter, timedelta(hours=24))
        subscription, digest = cast.client.subscriptions.get(), version.holidays.digest
    ticket = filed(cast.contact, at=before_easter)
    owner, agent = sign_in(cast.owner), sign_in(cast.agent)
    pages = [
        (owner, f"/settings/agreements/versions/{version.pk}/calendars/business/?year=2026"),
        (owner, f"/settings/agreements/versions/{version.pk}/calendars/business/?year=2031"),
        (owner, f"/addenda/{subscription.pk}/"),
        (agent, f"/desk/tickets/{ticket.number}/"),
        (agent, "/desk/"),
    ]
    was = [browser.get(address) for browser, address in pages]
    upgrade(lost)
    for (browser, address), before in zip(pages, was, strict=True):
        page = browser.get(address)
        assert (before.status_code, page.status_code) == (200, 200), address
        assert ("Good Friday" in page.text) == ("Good Friday" in before.text)
        assert "New name of" not in page.text
        assert (digest in page.text) == ("/addenda/" in address)
    with tenant_scope(cast.tenant):
        read_again = AgreementVersion.objects.get(pk=version.pk).document
        assert read_again is not document
        assert read_again.calendar("business").add(before_easter, timedelta(hours=24)) == due
        assert year_of(read_again, "business", 2027) == year_of(document, "business", 2027)
        assert not [found for found in verify(now=before_easter) if isinstance(found, Difference)]


@pytest.mark.django_db
def test_a_holiday_that_has_another_name_now_stops_no_reader_and_refuses_a_draft_that_names_it(
    cast: Any, sign_in: Any, upgrade: Callable[[], None]
):
    with tenant_scope(cast.tenant):
        version = factories.agreement("engage")
        text = bundled_text("engage") + "# Next.\n"
        draft = actions.save_draft(
            source=text, name="engage.yaml", effective_from=date(2026, 1, 1), by=None, now=factories.EPOCH
        )
    upgrade()
    assert sign_in(cast.agent).get("/desk/").status_code == 200
    owner = sign_in(cast.owner)
    for pk in (version.pk, draft.pk):
        for page in ("", "calendars/business/"):
            assert owner.get(f"/settings/agreements/versions/{pk}/{page}").status_code == 200
    with tenant_scope(cast.tenant), pytest.raises(ValidationError, match="no such holiday to remove"):
        factories.publish(draft)


@pytest.mark.django_db
def test_what_a_next_version_would_close_on_by_another_release_is_told_before_it_is_published(
    in_tenant: Any, upgrade: Callable[[], None]
):
    version = factories.agreement("officeware")
    upgrade()
    read_again = AgreementVersion.objects.get(pk=version.pk).document
    told = compare(read_again, load_bundled("officeware"), on=date(2026, 1, 1))
    (hours,) = [section for section in told.sections if section.key == "calendars"]
    gained, lost = hours.changes
    assert "New name of Good Friday: 7 April 2026" in gained.after
    assert "Good Friday: 3 April 2026" in lost.before
    assert not [change for section in told.sections for change in section.changes if section.key != "calendars"]


@pytest.mark.django_db
def test_spelt_out_holidays_stand_under_their_digest_once_and_never_change(in_tenant: Any):
    text, day = bundled_text("officeware"), date(2026, 1, 1)
    version, again = (
        factories.publish(
            actions.save_draft(source=text, name="officeware.yaml", effective_from=day, by=None, now=factories.EPOCH)
        )
        for _ in range(2)
    )
    kept = SpeltHolidays.objects.get()
    assert kept == version.holidays == again.holidays
    assert kept.digest == hashlib.sha256(kept.text.encode()).hexdigest()
    assert HistoryEntry.objects.filter(event="agreement_version.published", data__holidays=kept.digest).count() == 2
    unused = SpeltHolidays.objects.create(digest="unused", text="{}")
    for change in (unused.delete, lambda: SpeltHolidays.objects.update(text="{}")):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            change()
    draft = actions.save_draft(
        source=bundled_text("officeware"), name="x", effective_from=date(2027, 1, 1), by=None, now=factories.EPOCH
    )
    with pytest.raises(IntegrityError, match="what_is_published_has_its_holidays_spelt_out"), transaction.atomic():
        AgreementVersion.objects.filter(pk=draft.pk).update(published_at=factories.EPOCH)


def test_a_year_beyond_those_that_were_spelt_out_is_warned_of_half_a_year_before_though_a_library_knows_it_now():
    spelt = {"DE-BE": PublicHolidays("Germany (Berlin)", {date(2026, 5, 8): "Day"}, range(2000, 2028))}
    document = load_stored(SIXTH, name="sixth.yaml", holidays=as_text(spelt))
    assert from_text(as_text(spelt)) == spelt
    assert holidays_missing(document, on=date(2027, 6, 1)) == []
    assert [each.title for each in holidays_missing(document, on=date(2027, 8, 1))] == [
        "The holidays of Germany (Berlin) are not known for 2028"
    ]


@pytest.fixture
def old_database(django_db_blocker: Any) -> Any:
    """The owner's connection to a database as it was before holidays were spelt out; gone afterwards."""
    with django_db_blocker.unblock():
        owner, name = connections["owner"], "upgraded_holidays"
        with owner._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}")
        old = owner.copy("old")
        old.settings_dict["NAME"] = name
        connections["old"] = old
        connections.databases["old"] = old.settings_dict
        try:
            yield old
        finally:
            old.close()
            del connections["old"], connections.databases["old"]
            with owner._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")


@pytest.mark.thorough
def test_a_database_from_before_keeps_what_was_published_with_the_holidays_of_the_upgrade(old_database: Any):
    executor = MigrationExecutor(old_database)
    then = executor.migrate([("agreements", "0003_review_and_what_it_applies_to")]).apps
    tenants, listed, versions = (
        then.get_model(*model.split("."))._base_manager.using("old")
        for model in ("tenants.Tenant", "agreements.Agreement", "agreements.AgreementVersion")
    )
    tenant = tenants.create(slug="old", name="Old", created_at=factories.EPOCH)
    for key, published_at in (("engage", factories.EPOCH), ("officeware", factories.EPOCH), ("seatplan", None)):
        versions.create(
            tenant=tenant, agreement=listed.create(tenant=tenant, key=key, name=key), number=1, label=key,
            source=bundled_text(key), digest="d", effective_from=date(2025, 1, 1), created_at=factories.EPOCH,
            published_at=published_at,
        )  # fmt: skip
    with old_database.cursor() as cursor:
        for table in ("agreements_agreementversion", "agreements_agreement", "tenants_tenant"):
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    call_command("migrate", database="old", verbosity=0)
    with old_database.cursor() as cursor:
        for table in ("agreements_agreementversion", "agreements_speltholidays"):
            cursor.execute("SELECT relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
            assert cursor.fetchone() == (True,)
            # Only so that the owner can look.
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(
            "SELECT version.label, spelt.text FROM agreements_agreementversion version"
            " LEFT JOIN agreements_speltholidays spelt ON spelt.id = version.holidays_id"
        )
        assert dict(cursor.fetchall()) == {
            "engage": load_bundled("engage").holidays_text(),
            "officeware": load_bundled("officeware").holidays_text(),
            "seatplan": None,
        }
        with pytest.raises(InternalError, match="Cannot update or delete"):
            cursor.execute("UPDATE agreements_agreementversion SET label = 'Two' ")
