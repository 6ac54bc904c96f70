"""The owner's pages about people and the workspace: what they show, what posting does, what stays typed."""

from __future__ import annotations

import html
import re

import pytest

from notifications.models import OutgoingMessage
from tenants import actions
from tenants.models import Client, Contact, HistoryEntry, Invitation, Member
from tenants.scope import tenant_scope

pytestmark = pytest.mark.thorough


@pytest.fixture
def owner(cast, sign_in):
    return sign_in(cast.owner)


@pytest.fixture
def in_acme(cast):
    with tenant_scope(cast.tenant):
        yield cast


def test_an_owner_invites_a_colleague_who_gets_a_mail(owner, in_acme):
    answer = owner.post(
        "/settings/people/", {"email": "New@Provider.example", "name": "Nina", "role": "agent"}, follow=True
    )
    assert "new@provider.example" in answer.text
    mail = OutgoingMessage.objects.get(to="new@provider.example")
    assert "acme.localhost" in mail.text
    assert "/invitation/" in mail.text
    assert HistoryEntry.objects.filter(event="member.invited", actor=in_acme.owner.user).count() == 1


def test_what_is_wrong_with_an_invitation_stands_beside_the_field_and_nothing_typed_is_lost(owner, in_acme):
    answer = owner.post("/settings/people/", {"email": "adam@provider.example", "name": "Adam", "role": "lead"})
    assert answer.status_code == 422
    assert "Adam Agent is a member already." in answer.text
    assert 'value="adam@provider.example"' in answer.text
    assert not Invitation.objects.exists()


def test_an_owner_changes_a_role_and_the_history_says_from_what_to_what(owner, in_acme):
    owner.post(f"/settings/people/{in_acme.agent.pk}/", {"role": "lead"})
    assert Member.objects.get(pk=in_acme.agent.pk).role == "lead"
    page = owner.get(f"/settings/people/{in_acme.agent.pk}/")
    assert "From Agent to Support lead" in page.text


def test_the_last_owner_keeps_the_role_and_is_told_why(owner, in_acme):
    answer = owner.post(f"/settings/people/{in_acme.owner.pk}/", {"role": "agent"})
    assert answer.status_code == 422
    assert "only owner" in answer.text
    answer = owner.post(f"/settings/people/{in_acme.owner.pk}/deactivate/", {"reason": ""}, follow=True)
    assert "only owner" in answer.text
    assert Member.objects.get(pk=in_acme.owner.pk).role == "owner"


def test_who_is_deactivated_is_signed_out_at_once_and_stays_so_after_being_reactivated(owner, sign_in, in_acme):
    agent = sign_in(in_acme.agent)
    assert agent.get("/profile/").status_code == 200
    owner.post(f"/settings/people/{in_acme.agent.pk}/deactivate/", {"reason": "Left us"})
    assert agent.get("/profile/").status_code == 302
    owner.post(f"/settings/people/{in_acme.agent.pk}/reactivate/")
    assert agent.get("/profile/").status_code == 302
    assert sign_in(Member.objects.get(pk=in_acme.agent.pk)).get("/profile/").status_code == 200


def test_an_invitation_can_be_sent_again_and_withdrawn(owner, in_acme):
    owner.post("/settings/people/", {"email": "new@provider.example", "role": "agent"})
    invitation = Invitation.objects.get()
    first = invitation.token_digest
    owner.post(f"/settings/people/invitations/{invitation.pk}/resend/")
    invitation.refresh_from_db()
    assert invitation.token_digest != first
    assert OutgoingMessage.objects.filter(to="new@provider.example").count() == 2
    owner.post(f"/settings/people/invitations/{invitation.pk}/withdraw/")
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None


def test_the_workspace_takes_name_colour_zone_and_address(owner, in_acme):
    typed = {
        "name": "Acme Care",
        "accent": "#AA3366",
        "timezone": "Europe/Lisbon",
        "support_email": "care@acme.example",
    }
    owner.post("/settings/workspace/", typed)
    in_acme.tenant.refresh_from_db()
    assert (in_acme.tenant.name, in_acme.tenant.accent, in_acme.tenant.timezone) == (
        "Acme Care",
        "#aa3366",
        "Europe/Lisbon",
    )
    answer = owner.post("/settings/workspace/", {**typed, "accent": "reddish"})
    assert answer.status_code == 422
    assert "Choose a colour" in answer.text


def test_a_client_is_added_with_a_contact_who_is_invited(owner, in_acme):
    owner.post("/settings/clients/new/", {"name": "Umbrella", "timezone": "Europe/Paris"})
    client = Client.objects.get(name="Umbrella")
    typed = {"name": "Ulla", "email": "ulla@umbrella.example", "may_request_support": "on", "invite": "yes"}
    owner.post(f"/settings/clients/{client.pk}/contacts/new/", typed)
    contact = Contact.objects.get(email="ulla@umbrella.example")
    assert contact.may_request_support
    assert not contact.may_claim_credits
    assert OutgoingMessage.objects.filter(to="ulla@umbrella.example").count() == 1
    assert "Ulla" in owner.get(f"/settings/clients/{client.pk}/").text


def test_two_clients_do_not_have_one_name(owner, in_acme):
    answer = owner.post("/settings/clients/new/", {"name": "globex", "timezone": ""})
    assert answer.status_code == 422
    assert "There is a client called globex already." in answer.text


def test_an_address_is_one_person_in_one_role(owner, in_acme):
    typed = {"name": "Adam", "email": "adam@provider.example"}
    answer = owner.post(f"/settings/clients/{in_acme.client.pk}/contacts/new/", typed)
    assert "Somebody of your own team has this address." in answer.text
    answer = owner.post("/settings/people/", {"email": "carla@client.example", "role": "agent"})
    assert "a contact of Globex" in answer.text


def test_C12_a_contact_has_exactly_the_ticked_permissions_and_none_is_an_answer_too(owner, in_acme):
    address = f"/settings/contacts/{in_acme.contact.pk}/"
    owner.post(address, {"may_claim_credits": "on"})
    contact = Contact.objects.get(pk=in_acme.contact.pk)
    assert (contact.may_claim_credits, contact.may_request_support, contact.may_see_organisation) == (
        True,
        False,
        False,
    )
    owner.post(address, {})
    assert not Contact.objects.get(pk=in_acme.contact.pk).may_claim_credits
    assert HistoryEntry.objects.filter(event="contact.permissions_changed").count() == 2


def test_a_deactivated_contact_is_signed_out(owner, sign_in, in_acme):
    carla = sign_in(in_acme.contact)
    assert carla.get("/profile/").status_code == 200
    owner.post(f"/settings/contacts/{in_acme.contact.pk}/deactivate/", {"reason": "Moved on"})
    assert carla.get("/profile/").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/settings/",
        "/settings/people/",
        "/settings/clients/",
        "/settings/products/",
        "/settings/agreements/",
        "/settings/workspace/",
    ],
)
def test_the_settings_are_for_owners(cast, sign_in, path):
    assert sign_in(cast.owner).get(path).status_code == 200
    for member in (cast.lead, cast.agent, cast.account_manager):
        assert sign_in(member).get(path).status_code == 403
    assert sign_in(cast.contact).get(path).status_code == 404


def test_the_history_lists_every_change_with_who_and_why_page_by_page(owner, in_acme):
    for number in range(60):
        actions.add_client(name=f"Number {number}", by=in_acme.owner.user, now=in_acme.client.created_at)
    owner.post(f"/settings/people/{in_acme.agent.pk}/deactivate/", {"reason": "Left for the sea"})
    first = owner.get("/settings/history/")
    assert "Left for the sea" in first.text
    assert "Number 59" in first.text
    older = re.search(r'href="(\?cursor=[^"]+)"', first.text).group(1)
    assert "Number 0<" in owner.get("/settings/history/" + html.unescape(older)).text.replace(" <", "<")


def test_the_list_of_clients_costs_the_same_number_of_queries_however_long_it_is(
    owner, in_acme, django_assert_max_num_queries
):
    for number in range(20):
        Client.objects.create(name=f"Client {number}", created_at=in_acme.client.created_at)
    with django_assert_max_num_queries(14):
        owner.get("/settings/clients/")
