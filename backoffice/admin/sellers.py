"""Admin pages of sellers that come in: sign-ups to decide, and invitations."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model, Q
from django.http import HttpRequest
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from access.member_invitations import invite_seller
from access.models import ConsoleInvitation, SignUp
from approvals.four_eyes import name_staff
from backoffice.admin.acts import ActPages, button
from backoffice.admin.added_by_service import AddedByService, AddPage
from backoffice.admin.seller_acts import APPROVE_SIGN_UP, REFUSE_SIGN_UP
from backoffice.columns import instant, link


class InvitationForm(forms.Form):
    """Whom to invite."""

    email = forms.EmailField(max_length=150, widget=UnfoldAdminTextInputWidget)


@admin.register(SignUp)
class SignUpAdmin(ActPages):
    """Sellers that signed up by themselves, and what became of it."""

    acts = (APPROVE_SIGN_UP, REFUSE_SIGN_UP)
    actions_detail = ("approve", "refuse")
    approve = button(APPROVE_SIGN_UP, needs="decide", variant=ActionVariant.PRIMARY)
    refuse = button(REFUSE_SIGN_UP, needs="decide", variant=ActionVariant.DANGER)
    asked = instant("created_at", "asked")
    confirmed = instant("confirmed_at", "address confirmed")
    decided = instant("decided_at", "decided")
    account_link = link("account", "account")
    list_display = ("organization_name", "email", "country", "status", "asked", "decided")
    list_filter = ("status",)
    search_fields = ("email",)
    search_help_text = "E-mail, or part of the name"
    fields = (
        ("organization_name", "country"),
        ("email", "account_link"),
        ("status", "reason", "decided_by"),
        ("asked", "confirmed", "decided"),
    )

    def find(self, term: str) -> Q:
        """Find by e-mail or name."""
        return Q(email=term.lower()) | Q(organization_name__icontains=term)

    def list_facts(self, subject: SignUp) -> list[str]:
        """Return who it is."""
        return [subject.organization_name, subject.email, subject.country]

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may let sellers in."""
        return request.user.has_perm("access.decide_signup")


@admin.register(ConsoleInvitation)
class ConsoleInvitationAdmin(AddedByService):
    """Invitations of members by owners, and of new sellers by staff."""

    add_page = AddPage("Invite a seller")
    service_form = InvitationForm
    organization_link = link("organization", "organisation")
    account_link = link("account", "account")
    invited = instant("created_at", "invited")
    expires = instant("expires_at", "ends")
    ended = instant("ended_at", "used or taken back")
    list_display = ("email", "organization_link", "roles", "invited", "expires", "ended")
    list_select_related = ("organization",)
    search_fields = ("email",)
    search_help_text = "E-mail"
    fields = (
        ("email", "organization_link"),
        ("roles", "invited_by"),
        ("invited", "expires", "ended"),
        "account_link",
    )

    def find(self, term: str) -> Q:
        """Find by e-mail."""
        return Q(email=term.lower())

    def explain(self) -> Sequence[str]:
        """Say what will happen."""
        return [
            "A link is mailed to this address. Within seven days its owner signs an organisation up with it.",
            "Nobody has to approve that; applications stay in test mode until you approve them.",
        ]

    def add_by_service(self, said: dict[str, Any], *, user: User) -> Model:
        """Invite."""
        return invite_seller(email=said["email"], actor=name_staff(user))
