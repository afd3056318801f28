"""Members of the reader's organisation: who has the billing role, giving and taking it, inviting."""

from contextlib import suppress
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from access.errors import LastBillingRole, OwnerHasAllRoles
from access.member_invitations import MOST_OPEN, invite_to_billing, list_to_billing, take_invitation_back
from access.members import has_owner, may_give, set_billing_role
from access.new_accounts import MAX_EMAIL
from checkout.billing_role import for_billing_role
from checkout.denied_pages import show_unknown
from checkout.lookup import read_uuid
from checkout.paging import take_page
from checkout.refusals import describe_refusal
from checkout.see_other import SeeOther
from core import clock
from core.errors import BillingError
from customers.errors import BillingRoleMissing, InvitationNotFound, OwnerMissing
from customers.models import Account, Role


class InviteForm(forms.Form):
    """The address of a colleague."""

    email = forms.EmailField(label=_("E-mail of your colleague"), max_length=MAX_EMAIL)


@for_billing_role
@require_http_methods(["GET", "HEAD", "POST"])
def members_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Show the members and the open invitations, or invite somebody."""
    if request.method != "POST":
        return _show(request, account, InviteForm())
    if hasattr(account.organization, "test_buyer"):  # A seller has many, and each invitation is a mail.
        return show_unknown(request)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _show(request, account, form, status=HTTPStatus.BAD_REQUEST)
    try:
        invite_to_billing(by=account, email=form.cleaned_data["email"])
    except BillingError as refusal:
        form.add_error("email", describe_refusal(refusal))
        return _show(request, account, form, status=HTTPStatus.CONFLICT)
    return SeeOther(reverse("members"))


@for_billing_role
@require_POST
def role_page(request: HttpRequest, account: Account, public_id: UUID) -> HttpResponseBase:
    """Give a colleague the billing role, or take it away."""
    try:
        set_billing_role(public_id, by=account, is_given=request.POST.get("role") == "give")
    except BillingRoleMissing:
        return SeeOther(reverse("account"))
    except (LastBillingRole, OwnerHasAllRoles, OwnerMissing) as refusal:
        notice = describe_refusal(refusal)
        return _show(request, account, InviteForm(), notice=notice, status=HTTPStatus.CONFLICT)
    return SeeOther(reverse("account" if public_id == account.public_id else "members"))


@for_billing_role
@require_POST
def withdraw_page(request: HttpRequest, account: Account, public_id: UUID) -> HttpResponseBase:
    """Take an invitation back; one that is over stays as it is."""
    with suppress(InvitationNotFound, OwnerMissing):  # The page has no such button for who may not.
        take_invitation_back(public_id, by=account)
    return SeeOther(reverse("members"))


def _show(
    request: HttpRequest, account: Account, form: InviteForm, *, notice: str = "", status: int = 200
) -> HttpResponseBase:
    colleagues = Account.objects.filter(organization_id=account.organization_id).select_related("user")
    context = {
        "account": account,
        "page": take_page(colleagues, of=Q(), before=read_uuid(request.GET.get("before", ""))),
        "invitations": list_to_billing(account.organization_id)[:MOST_OPEN],
        "now": clock.now(),
        "has_owner": has_owner(account.organization_id),
        "may_change": may_give(account, [Role.BILLING]),
        "form": form,
        "notice": notice,
    }
    return render(request, "checkout/members.html", context, status=status)
