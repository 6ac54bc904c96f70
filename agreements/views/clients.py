"""Settings: clients, their contacts and what those may do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from agreements.forms.topics import TopicsForm
from agreements.models import SubscribedProduct, Subscription
from agreements.views.subscriptions import with_plan_names
from notifications.actions import choose_topics
from shell.forms import done, posted
from tenants import actions
from tenants.doors import settings_view
from tenants.forms import ClientForm, ContactForm, PermissionsForm, ReasonForm
from tenants.models import Client, Contact
from tenants.narration import entries_about, narrate


@settings_view
def clients(request: Any) -> HttpResponse:
    """Every client with its plan and payment standing; `?q=` searches names."""
    today = timezone.localdate()
    search = request.GET.get("q", "").strip()
    rows = Client.objects.annotate(people=Count("contacts", filter=Q(contacts__deactivated_at=None)))
    if search:
        rows = rows.filter(name__icontains=search)
    running = Subscription.objects.running(on=today).select_related("agreement")
    rows = list(rows.order_by("name").prefetch_related(Prefetch("subscriptions", running, to_attr="running")))
    with_plan_names([subscription for row in rows for subscription in row.running])
    return render(request, "agreements/clients.html", {"clients": rows, "search": search})


@settings_view.form
def add_client(request: Any) -> HttpResponse:
    form = ClientForm(posted(request))
    if form.carry_out(actions.add_client, by=request.user, now=timezone.now()):
        sentence = f"{form.result.name} is added. Next: a subscription, and the people who may ask."
        return done(request, sentence, "settings-client", form.result.pk)
    return render(request, "agreements/client_new.html", {"form": form}, status=422 if form.errors else 200)


@settings_view.form
def client(request: Any, client_id: int) -> HttpResponse:
    """One client; posting changes its name and zone."""
    found = get_object_or_404(Client, pk=client_id)
    form = ClientForm(posted(request), initial=model_to_dict(found))
    now = timezone.now()
    if form.carry_out(actions.rename_client, client_id=found.pk, by=request.user, now=now):
        return done(request, "The client is saved.", "settings-client", found.pk)
    products = Prefetch("products", SubscribedProduct.objects.select_related("product"))
    subscriptions = list(found.subscriptions.select_related("agreement").prefetch_related(products))
    with_plan_names(subscriptions)
    today = timezone.localdate(now)
    contacts = list(found.contacts.select_related("user").order_by("deactivated_at", "name"))
    context = {
        "client": found,
        "form": form,
        "contacts": contacts,
        "subscriptions": subscriptions,
        "running": set(found.subscriptions.running(on=today).values_list("pk", flat=True)),
        "today": today,
        "events": narrate(entries_about(found, *contacts, *subscriptions)),
    }
    return render(request, "agreements/client.html", context, status=422 if form.errors else 200)


@settings_view.form
def add_contact(request: Any, client_id: int) -> HttpResponse:
    """A new contact, invited to sign in at once unless asked not to."""
    found = get_object_or_404(Client, pk=client_id)
    first = {"may_request_support": True, "may_raise_top_priority": True}
    form = ContactForm(posted(request), initial=first)
    now = timezone.now()
    if form.carry_out(actions.add_contact, client_id=found.pk, by=request.user, now=now):
        added = f"{form.result.name} is added"
        if "invite" not in request.POST:
            return done(request, f"{added}. They can sign in once you invite them.", "settings-client", found.pk)
        actions.invite_contact(contact_id=form.result.pk, by=request.user, now=now)
        return done(request, f"{added}, and an invitation is on its way.", "settings-client", found.pk)
    context = {"client": found, "form": form}
    return render(request, "agreements/contact_new.html", context, status=422 if form.errors else 200)


def _contact(contact_id: int) -> Contact:
    return get_object_or_404(Contact.objects.select_related("client", "user"), pk=contact_id)


@settings_view.form
def contact(request: Any, contact_id: int) -> HttpResponse:
    """One contact; posting grants exactly the ticked permissions."""
    found, now = _contact(contact_id), timezone.now()
    form = PermissionsForm(posted(request), initial=model_to_dict(found))
    if form.carry_out(actions.set_contact_permissions, contact_id=found.pk, by=request.user, now=now):
        return done(request, f"What {found.name} may do is saved.", "settings-client", found.client_id)
    context = {
        "person": found,
        "form": form,
        "reason_form": ReasonForm(),
        "invited": found.invitations.open(now=now).first(),
        "topics_form": TopicsForm.of_contact(found, None, now=now),
        "events": narrate(entries_about(found)),
    }
    return render(request, "agreements/contact.html", context, status=422 if form.errors else 200)


@settings_view.post
def set_topics(request: Any, contact_id: int) -> HttpResponse:
    """Send a contact mails of exactly the topics that are ticked."""
    found, now = _contact(contact_id), timezone.now()
    form = TopicsForm.of_contact(found, request.POST, now=now)
    if form.carry_out(choose_topics, email=found.email, by=request.user, now=now):
        return done(request, f"What {found.name} hears of by mail is saved.", "settings-contact", found.pk)
    messages.error(request, form.refusal)
    return redirect("settings-contact", found.pk)


invite = settings_view.verb(
    actions.invite_contact,
    done=lambda invitation: f"An invitation is on its way to {invitation.email}.",
    back="settings-contact",
)


deactivate = settings_view.verb(
    actions.deactivate_contact,
    done=lambda contact: f"{contact.name} can no longer sign in.",
    back="settings-contact",
    form=ReasonForm,
)


reactivate = settings_view.verb(
    actions.reactivate_contact,
    done=lambda contact: f"{contact.name} can sign in again.",
    back="settings-contact",
)
