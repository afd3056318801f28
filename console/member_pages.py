"""The members of an organisation: their roles, invitations, and who changed what."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from access.joining import INVITED
from access.member_invitations import invite_member, list_open, take_invitation_back
from access.members import IN_CONSOLE, ON_PAGE, change_roles, leave_organization, remove_member
from access.models import ConsoleInvitation
from access.sign_ups import NOBODY
from checkout.see_other import SeeOther
from console.errors import ConsolePageNotFound
from console.forms import InviteForm, RolesForm
from console.looks import render_console, tell
from console.page_access import Member, for_console
from core.errors import BillingError, InvalidField
from customers.models import Account, MemberChange, Role

SHOWN = 100
CHANGES_SHOWN = 20
GET_AND_POST = ["GET", "HEAD", "POST"]


@for_console()
@require_http_methods(GET_AND_POST)
def members_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """List the members; `after` is the account id to go on from. An owner invites somebody."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not member.has(Role.OWNER):
        form.add_error(None, "Only an owner can invite somebody.")
    elif form.is_valid():
        try:
            invite_member(**form.cleaned_data, by=member.account)
            tell(request, f"The invitation is on its way to {form.cleaned_data['email']}.")
            return SeeOther(reverse("console_members"))
        except BillingError as refusal:
            form.refuse(refusal)
    return _show_members(request, member, form=form, status=400 if form.errors else 200)


@for_console(Role.OWNER)
@require_http_methods(GET_AND_POST)
def member_page(request: HttpRequest, member: Member, public_id: UUID) -> HttpResponseBase:
    """Show one member, and change its roles."""
    account = _find_colleague(member, public_id)
    said = request.POST if request.method == "POST" else None
    form = RolesForm(said, initial={"roles": account.given_roles})
    notice = ""
    if form.is_valid():
        try:
            change_roles(account.pk, roles=form.cleaned_data["roles"], by=member.account)
            tell(request, f"The roles of {account.email} are changed.")
            return SeeOther(reverse("console_members"))
        except InvalidField as refusal:
            form.refuse(refusal)
        except BillingError as refusal:
            notice = str(refusal)
    status = 409 if notice else 400 if form.errors else 200
    context = {"colleague": account, "form": form, "notice": notice}
    return render_console(request, member, "member", context, status=status)


@for_console(Role.OWNER)
@require_POST
def remove_page(request: HttpRequest, member: Member, public_id: UUID) -> HttpResponseBase:
    """Remove a member: the log-in ends, what it did stays."""
    account = _find_colleague(member, public_id)
    try:
        remove_member(account.pk, by=member.account)
    except BillingError as refusal:
        context = {"colleague": account, "form": RolesForm(initial={"roles": account.given_roles})}
        return render_console(request, member, "member", context | {"notice": str(refusal)}, status=409)
    tell(request, f"{account.email} is removed.")
    return SeeOther(reverse("console_members"))


@for_console()
@require_POST
def leave_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Leave the organisation; the log-in ends with it."""
    try:
        leave_organization(member.account)
    except BillingError as refusal:
        return _show_members(request, member, form=InviteForm(), notice=str(refusal), status=409)
    return SeeOther(reverse("login"))


@for_console(Role.OWNER)
@require_POST
def take_back_page(request: HttpRequest, member: Member, public_id: UUID) -> HttpResponseBase:
    """Take an invitation back: its link ends."""
    rows = ConsoleInvitation.objects.filter(organization=member.organization, public_id=public_id)
    invitation = rows.first()
    if invitation is None:
        raise ConsolePageNotFound
    try:
        take_invitation_back(public_id, by=member.account)
        tell(request, f"The invitation of {invitation.email} is taken back.")
    except BillingError as refusal:
        return _show_members(request, member, form=InviteForm(), notice=str(refusal), status=409)
    return SeeOther(reverse("console_members"))


def _show_members(
    request: HttpRequest, member: Member, *, form: InviteForm, notice: str = "", status: int = 200
) -> HttpResponseBase:
    members = Account.objects.filter(organization=member.organization, user__is_active=True)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 19:
        members = members.filter(pk__gt=int(after))
    shown = list(members.order_by("pk")[:SHOWN])
    changes = MemberChange.objects.filter(organization=member.organization).select_related("account")
    context: dict[str, Any] = {
        "members": shown,
        "more": shown[-1].pk if len(shown) == SHOWN else None,
        "invitations": list_open(member.organization.pk),
        "changes": _describe(list(changes.order_by("-pk")[:CHANGES_SHOWN])),
        "form": form,
        "notice": notice,
        "is_owner": member.has(Role.OWNER),
    }
    return render_console(request, member, "members", context, status=status)


def _describe(changes: list[MemberChange]) -> list[tuple[MemberChange, str]]:
    """Return changes with the e-mails of those who made them, found with one query."""
    ids = {each.pk: _read_member(each.actor) for each in changes}
    actors = Account.objects.filter(public_id__in=[found for found in ids.values() if found])
    emails = {str(public_id): email for public_id, email in actors.values_list("public_id", "email")}
    return [(each, emails.get(ids[each.pk]) or _name_other(each.actor)) for each in changes]


def _read_member(actor: str) -> str:
    """Return the id of the member whose name in histories this is, else an empty text."""
    doors = [door for door in (IN_CONSOLE, ON_PAGE) if actor.startswith(door)]
    return actor.removeprefix(doors[0]) if doors else ""


def _name_other(actor: str) -> str:
    if actor == NOBODY:
        return "signing up"
    return "an invitation" if actor.startswith(INVITED) else "the marketplace"


def _find_colleague(member: Member, public_id: UUID) -> Account:
    colleagues = Account.objects.filter(organization=member.organization, user__is_active=True)
    account = colleagues.filter(public_id=public_id).first()
    if account is None:
        raise ConsolePageNotFound
    return account
