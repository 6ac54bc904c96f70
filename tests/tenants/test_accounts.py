"""Signing in, resetting, second factor and invitations, as a person does it in a browser."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from notifications.models import OutgoingMessage
from tenants import actions
from tenants.models import ApiToken, Contact, Invitation, Member, Tenant, User
from tenants.scope import tenant_scope
from tests import factories
from tests.factories import PASSWORD

NOW = timezone.now


def sign_in_at(host: str, email: str, password: str = PASSWORD) -> tuple[Browser, object]:
    browser = Browser(HTTP_HOST=host)
    return browser, browser.post("/accounts/login/", {"login": email, "password": password})


def link_in_mail_to(address: str) -> str:
    """The path of the first link in the newest mail to `address`."""
    mail = OutgoingMessage.objects.filter(to=address).latest("id")
    return re.search(r"https?://[^/\s]+(/\S+)", mail.text).group(1)


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.mark.parametrize(
    ("email", "door"),
    [
        ("adam@provider.example", "/desk/"),
        ("mona@provider.example", "/reports/"),
        ("carla@client.example", "/portal/"),
    ],
    ids=["an agent", "an account manager", "a contact"],
)
def test_signing_in_leads_to_ones_own_front_door(cast, email, door):
    _, answer = sign_in_at("acme.localhost", email)
    assert (answer.status_code, answer.headers["Location"]) == (302, door)


def test_capitals_in_the_address_do_not_matter(cast):
    _, answer = sign_in_at("acme.localhost", "Adam@Provider.Example")
    assert answer.status_code == 302


def test_a_wrong_password_keeps_the_address_typed(cast):
    _, answer = sign_in_at("acme.localhost", "adam@provider.example", "wrong")
    assert answer.status_code in {200, 422}
    assert "adam@provider.example" in answer.text


def test_an_account_of_one_tenant_does_not_exist_at_another(cast):
    with tenant_scope(cast.tenant):
        factories.UserFactory.create(name="Only Here", email="only@here.example")
    assert sign_in_at("acme.localhost", "only@here.example")[1].status_code == 302
    assert sign_in_at("rival.localhost", "only@here.example")[1].status_code != 302


def test_the_same_address_at_two_tenants_is_two_accounts_with_two_passwords(cast):
    with tenant_scope(cast.other_tenant):
        twin = User.objects.get(email="adam@provider.example")
        twin.set_password("another good password")
        twin.save()
    assert sign_in_at("acme.localhost", "adam@provider.example")[1].status_code == 302
    assert sign_in_at("rival.localhost", "adam@provider.example")[1].status_code != 302
    assert sign_in_at("rival.localhost", "adam@provider.example", "another good password")[1].status_code == 302


def test_a_session_is_worthless_at_another_tenants_host(cast):
    browser, _ = sign_in_at("acme.localhost", "olga@provider.example")
    assert browser.get("/settings/").status_code == 200
    stolen = Browser(HTTP_HOST="rival.localhost")
    stolen.cookies = browser.cookies
    answer = stolen.get("/settings/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_a_token_is_worthless_at_another_tenants_host(cast):
    with tenant_scope(cast.tenant):
        _, secret = actions.create_api_token(user_id=cast.agent.user.pk, name="Export", now=NOW())
        assert ApiToken.objects.filter(revoked_at=None).count() == 1
    with tenant_scope(cast.other_tenant):
        assert ApiToken.objects.count() == 0
    assert secret.startswith("slt_")


def test_a_forgotten_password_is_reset_by_mail_once(cast):
    browser = Browser(HTTP_HOST="acme.localhost")
    browser.post("/accounts/password/reset/", {"email": "adam@provider.example"})
    with tenant_scope(cast.tenant):
        path = link_in_mail_to("adam@provider.example")
    page = browser.get(path, follow=True)
    form = page.redirect_chain[-1][0]
    answer = browser.post(form, {"password1": "a brand new password", "password2": "a brand new password"})
    assert answer.status_code == 302
    assert sign_in_at("acme.localhost", "adam@provider.example")[1].status_code != 302
    assert sign_in_at("acme.localhost", "adam@provider.example", "a brand new password")[1].status_code == 302
    again = Browser(HTTP_HOST="acme.localhost").get(path, follow=True)
    assert "password1" not in again.text


def test_the_mail_about_a_forgotten_password_names_the_tenants_own_host(cast):
    Browser(HTTP_HOST="acme.localhost").post("/accounts/password/reset/", {"email": "adam@provider.example"})
    with tenant_scope(cast.tenant):
        assert "://acme.localhost" in OutgoingMessage.objects.get(to="adam@provider.example").text
    with tenant_scope(cast.other_tenant):
        assert not OutgoingMessage.objects.exists()


def test_a_second_factor_is_enrolled_and_then_asked_for(cast):
    browser, _ = sign_in_at("acme.localhost", "adam@provider.example")
    assert "reauthenticate" in browser.get("/accounts/2fa/totp/activate/").headers["Location"]
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = browser.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert "Acme%20Support" in page.context["totp_url"], "the app shows whose code it is"
    answer = browser.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    with tenant_scope(cast.tenant):
        assert Authenticator.objects.filter(user=cast.agent.user, type="totp").count() == 1

    fresh, answer = sign_in_at("acme.localhost", "adam@provider.example")
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert fresh.get("/profile/").status_code == 302, "the password alone opens nothing"
    assert fresh.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code != 302
    assert fresh.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert fresh.get("/profile/").status_code == 200


def test_nobody_signs_up_without_an_invitation(cast):
    browser = Browser(HTTP_HOST="acme.localhost")
    typed = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    browser.post("/accounts/signup/", typed)
    with tenant_scope(cast.tenant):
        assert not User.objects.filter(email="new@example.com").exists()


def invited(cast, email: str = "nina@provider.example", role: str = "agent") -> str:
    """Invite somebody and return the path of the mailed link."""
    with tenant_scope(cast.tenant):
        actions.invite_member(email=email, role=role, by=cast.owner.user, now=NOW())
        return link_in_mail_to(email)


def test_an_invitation_makes_a_member_who_is_signed_in_and_works_once(cast):
    path = invited(cast)
    browser = Browser(HTTP_HOST="acme.localhost")
    assert "Olga Owner" in browser.get(path).text
    answer = browser.post(path, {"name": "Nina New", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")
    assert browser.get("/profile/").status_code == 200
    with tenant_scope(cast.tenant):
        member = Member.objects.get(user__email="nina@provider.example")
        assert (member.role, member.name) == ("agent", "Nina New")
    again = Browser(HTTP_HOST="acme.localhost")
    assert again.get(path).status_code == 410
    assert again.post(path, {"name": "Mallory", "password": PASSWORD}).status_code == 410


def test_an_invitation_is_worthless_at_another_tenants_host(cast):
    assert Browser(HTTP_HOST="rival.localhost").get(invited(cast)).status_code == 410


def test_an_invited_contact_signs_in_to_the_portal(cast):
    with tenant_scope(cast.tenant):
        contact = actions.add_contact(
            client_id=cast.client.pk,
            name="Ulla",
            email="ulla@client.example",
            by=None,
            now=NOW(),
            may_request_support=True,
        )
        actions.invite_contact(contact_id=contact.pk, by=cast.owner.user, now=NOW())
        path = link_in_mail_to("ulla@client.example")
    answer = Browser(HTTP_HOST="acme.localhost").post(path, {"name": "Ulla U", "password": PASSWORD})
    assert answer.headers["Location"] == "/portal/"
    with tenant_scope(cast.tenant):
        assert Contact.objects.get(pk=contact.pk).user.email == "ulla@client.example"


def test_a_weak_password_is_refused_beside_the_field_and_the_invitation_stays_open(cast):
    path = invited(cast)
    browser = Browser(HTTP_HOST="acme.localhost")
    answer = browser.post(path, {"name": "Nina", "password": "short"})
    assert answer.status_code == 422
    assert "too short" in answer.text
    assert browser.post(path, {"name": "Nina", "password": PASSWORD}).status_code == 302


def test_an_invitation_ends_after_a_week_and_when_it_is_withdrawn(cast):
    with tenant_scope(cast.tenant):
        start = NOW()
        actions.invite_member(email="late@provider.example", role="agent", by=cast.owner.user, now=start)
        token = link_in_mail_to("late@provider.example").split("/")[2]
        assert actions.find_invitation(token, now=start + timedelta(days=7) - timedelta(seconds=1)) is not None
        assert actions.find_invitation(token, now=start + timedelta(days=7)) is None
        actions.withdraw_invitation(invitation_id=Invitation.objects.get().pk, by=cast.owner.user, now=start)
        assert actions.find_invitation(token, now=start) is None
        with pytest.raises(ValidationError, match="no longer open"):
            actions.accept_invitation(token=token, name="Late", password=PASSWORD, now=start)


def test_sending_again_makes_the_first_link_worthless(cast):
    first = invited(cast)
    with tenant_scope(cast.tenant):
        actions.resend_invitation(invitation_id=Invitation.objects.get().pk, by=cast.owner.user, now=NOW())
        second = link_in_mail_to("nina@provider.example")
    browser = Browser(HTTP_HOST="acme.localhost")
    assert browser.get(first).status_code == 410
    assert browser.get(second).status_code == 200


def race(*contenders) -> list[object]:
    """Run each in a thread and connection of its own, started together; their results or exceptions, in order."""
    barrier, results = threading.Barrier(len(contenders)), [None] * len(contenders)

    def run(place, contender):
        barrier.wait()
        try:
            results[place] = contender()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(contenders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_that_accept_one_invitation_at_once_one_wins():
    tenant = factories.tenant("acme")
    with tenant_scope(tenant):
        owner = factories.member("Olga Owner", Member.Role.OWNER)
        actions.invite_member(email="nina@provider.example", role="agent", by=owner.user, now=NOW())
        path = link_in_mail_to("nina@provider.example")

    def accept():
        return Browser(HTTP_HOST="acme.localhost").post(path, {"name": "Nina", "password": PASSWORD}).status_code

    codes = sorted(race(accept, accept, accept))
    assert codes[0] == 302
    assert set(codes[1:]) <= {410, 422}
    with tenant_scope(tenant):
        assert User.objects.filter(email="nina@provider.example").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_at_once_leave_one():
    tenant = factories.tenant("acme")
    with tenant_scope(tenant):
        first, second = factories.member("Olga Owner", "owner"), factories.member("Otto Owner", "owner")

    def demote(whom):
        def run():
            with tenant_scope(Tenant.objects.get(pk=tenant.pk)):
                actions.change_role(member_id=whom.pk, role="agent", by=None, now=NOW())

        return run

    outcomes = race(demote(first), demote(second))
    assert [type(outcome) for outcome in outcomes].count(ValidationError) == 1
    with tenant_scope(tenant):
        assert Member.objects.filter(role="owner").count() == 1


def test_everybody_has_a_profile_and_changes_name_and_zone(cast, sign_in):
    for person in (cast.agent, cast.account_manager, cast.contact):
        browser = sign_in(person)
        assert browser.get("/profile/").status_code == 200
        answer = browser.post("/profile/", {"name": f"{person.name} II", "timezone": "Asia/Tokyo"})
        assert answer.status_code == 302
    with tenant_scope(cast.tenant):
        assert Contact.objects.get(pk=cast.contact.pk).name == "Carla Contact II"


def test_a_tokens_secret_is_shown_once_and_kept_nowhere(cast, sign_in):
    browser = sign_in(cast.agent)
    answer = browser.post("/profile/tokens/", {"name": "Nightly export"})
    secret = re.search(r"slt_[\w-]+", answer.text).group()
    assert answer.headers["Cache-Control"] == "no-store"
    assert secret not in browser.get("/profile/").text
    with tenant_scope(cast.tenant):
        token = ApiToken.objects.get()
        assert secret not in {token.digest, token.name}
    browser.post(f"/profile/tokens/{token.pk}/revoke/")
    with tenant_scope(cast.tenant):
        assert ApiToken.objects.get().revoked_at is not None


def test_loading_the_page_of_a_new_token_again_makes_no_second_one(cast, sign_in):
    browser = sign_in(cast.agent)
    assert [browser.post("/profile/tokens/", {"name": "Nightly export"}).status_code for _ in range(2)] == [200, 422]
    with tenant_scope(cast.tenant):
        token = ApiToken.objects.get()
    browser.post(f"/profile/tokens/{token.pk}/revoke/")
    assert browser.post("/profile/tokens/", {"name": "Nightly export"}).status_code == 200


def test_nobody_revokes_somebody_elses_token(cast, sign_in):
    with tenant_scope(cast.tenant):
        token, _ = actions.create_api_token(user_id=cast.lead.user.pk, name="Lena's", now=NOW())
    assert sign_in(cast.agent).post(f"/profile/tokens/{token.pk}/revoke/").status_code == 404


def test_signing_out_everywhere_ends_other_sessions(cast, sign_in):
    laptop, phone = sign_in(cast.agent), sign_in(cast.agent)
    laptop.post("/profile/sessions/end/")
    assert phone.get("/profile/").status_code == 302
    assert laptop.get("/profile/").status_code == 302


def test_passwords_are_at_least_ten_characters():
    assert {"min_length": 10} in [validator.get("OPTIONS") for validator in settings.AUTH_PASSWORD_VALIDATORS]
