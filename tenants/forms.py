"""Forms about people and the workspace. They ask and carry out; the rules are the actions'."""

from __future__ import annotations

from django import forms

from shell.forms import ActionForm
from shell.wording import zone_words
from tenants.models import Member
from tenants.timezones import timezone_names

ROLE_HELP = {
    Member.Role.OWNER: "Works tickets, reads reports, and changes everything in these settings.",
    Member.Role.LEAD: "Works tickets, reads reports, and hears of tickets that nobody has taken.",
    Member.Role.AGENT: "Works tickets.",
    Member.Role.ACCOUNT_MANAGER: "Reads and signs reports. Does not work tickets.",
}


def timezone_field(*, label: str, empty: str = "", help_text: str = "") -> forms.ChoiceField:
    """A choice of time zones; `empty` is what choosing none means, and makes it optional."""
    first = [("", empty)] if empty else []
    return forms.ChoiceField(
        label=label,
        required=not empty,
        help_text=help_text,
        choices=lambda: [*first, *((name, zone_words(name)) for name in timezone_names())],
    )


class InviteMemberForm(ActionForm):
    name = forms.CharField(max_length=120, required=False)
    email = forms.EmailField(label="E-mail address", max_length=254)
    role = forms.ChoiceField(choices=Member.Role.choices, initial=Member.Role.AGENT)


class RoleForm(ActionForm):
    role = forms.ChoiceField(
        choices=[(role.value, f"{role.label}. {ROLE_HELP[role]}") for role in Member.Role], widget=forms.RadioSelect
    )


class ReasonForm(ActionForm):
    reason = forms.CharField(max_length=500, required=False, help_text="Kept in the history.")


class WorkspaceForm(ActionForm):
    name = forms.CharField(
        max_length=120, help_text="What clients and colleagues read on every page and in every mail."
    )
    accent = forms.CharField(
        label="Accent colour",
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
        help_text="Buttons and links take it. Where it would be hard to read, a darker or lighter tone of it is used.",
    )
    timezone = timezone_field(
        label="Time zone",
        help_text=(
            "How times read for everybody who has not chosen a zone. Promises are counted in the agreement's own."
        ),
    )
    support_email = forms.EmailField(
        label="Support address", required=False, max_length=254, help_text="Answers to our mails go there."
    )
    incident_line = forms.CharField(
        label="Incident line",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "placeholder": "+31 20 123 4567"}),
        help_text="Where an agreement promises a line for the worst incidents, those who may call it read this number.",
    )
    status_is_public = forms.BooleanField(
        required=False,
        label="Everybody may read the status page",
        help_text="Otherwise it is for clients and colleagues who are signed in, and nobody else is mailed its news.",
    )


class AcceptInvitationForm(ActionForm):
    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label="Choose a password",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
        help_text="At least ten characters. A few words you can remember are better than one you cannot.",
    )


class ProfileForm(ActionForm):
    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    timezone = timezone_field(
        label="Time zone",
        empty="The workspace's",
        help_text="Where you read times.",
    )


class TokenForm(ActionForm):
    name = forms.CharField(
        label="What is it for?", max_length=80, widget=forms.TextInput(attrs={"placeholder": "Nightly export"})
    )


class ClientForm(ActionForm):
    name = forms.CharField(max_length=160)
    timezone = timezone_field(label="Time zone", empty="The workspace's", help_text="Where this client's people work.")


class PermissionsForm(ActionForm):
    """What a contact may do, one by one (B8, C10, C12)."""

    may_request_support = forms.BooleanField(
        required=False,
        label="May request support",
        help_text="Without it they can read, but a ticket they file has no service level.",
    )
    may_see_organisation = forms.BooleanField(
        required=False,
        label="May see the whole organisation's tickets",
        help_text="Without it they see only the tickets they filed themselves.",
    )
    may_raise_top_priority = forms.BooleanField(
        required=False,
        label="May raise the top priority",
        help_text="Without it the highest level is not offered to them when they file a ticket.",
    )
    may_claim_credits = forms.BooleanField(
        required=False,
        label="May claim credits",
        help_text="They can ask for service credits and give the evidence, in their organisation's name.",
    )


class ContactForm(PermissionsForm):
    name = forms.CharField(max_length=120)
    email = forms.EmailField(label="E-mail address", max_length=254)
    field_order = ["name", "email"]
