"""The reader of a console page: an account, its organisation, its roles, and test or live mode."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from access.members import name_member
from checkout.error_pages import refuse_foreign_form
from checkout.headers import is_own_submission, protect
from checkout.log_in_first import log_in_first
from checkout.lookup import find_account
from console.errors import ConsolePageNotFound
from console.modes import read_livemode
from core.errors import BillingError
from customers.models import Account, Organization, Role
from testmode.errors import UnknownTestBuyer
from webhooks.errors import DeliveryNotFound, EndpointNotFound

UNKNOWN: tuple[type[BillingError], ...] = (
    ConsolePageNotFound,
    DeliveryNotFound,
    EndpointNotFound,
    UnknownTestBuyer,
)
LANGUAGE = "en"

Parts = ParamSpec("Parts")


@dataclass(frozen=True, slots=True)
class Member:
    """Who reads a page of the console, and whether test or live things are shown."""

    account: Account
    livemode: bool

    @property
    def organization(self) -> Organization:
        """The organisation whose console it is: every look-up starts from it."""
        return self.account.organization

    @property
    def actor(self) -> str:
        """The name of this person in history rows."""
        return name_member(self.account)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of this person; those of an owner are all."""
        return self.account.roles

    def has(self, *roles: Role) -> bool:
        """Say whether this person has one of these roles."""
        return bool(self.roles.intersection(roles))


View = Callable[Concatenate[HttpRequest, Member, Parts], HttpResponseBase]


def for_console(*roles: Role) -> Callable[[View[Parts]], Callable[..., HttpResponseBase]]:
    """Give a view the member who reads it, who has one of these roles, or any role if none is named.

    Forms come from our own pages. What the member's organisation does not have is answered with 404, like
    what does not exist: raise ConsolePageNotFound. Pages are in English and may run scripts of ours.
    """
    wanted = roles or tuple(Role)

    def decorate(view: View[Parts]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Parts.args, **kwargs: Parts.kwargs) -> HttpResponseBase:
            account = find_account(request.user)
            if account is None or not account.roles.intersection(wanted):
                return _refuse_role(request, account, wanted)
            if request.method == "POST" and not is_own_submission(request):
                return refuse_foreign_form(request)
            member = Member(account, read_livemode(request, account.organization_id))
            try:
                return view(request, member, *args, **kwargs)
            except UNKNOWN:
                return render(request, "console/unknown.html", {"member": member}, status=404)

        return console_page(log_in_first(guarded))

    return decorate


def console_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give every answer of a view the console's language and headers; it needs no log-in."""

    @wraps(view)
    def protected(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(LANGUAGE):
            return protect(view(request, *args, **kwargs), runs_scripts=True)

    return protected


def _refuse_role(request: HttpRequest, account: Account | None, wanted: tuple[Role, ...]) -> HttpResponseBase:
    """403: the console of an organisation is for its members with roles; staff have no organisation."""
    context: dict[str, Any] = {"account": account, "wanted": wanted if len(wanted) < len(Role) else ()}
    if account is not None and account.roles:
        context["member"] = Member(account, read_livemode(request, account.organization_id))
    return render(request, "console/no_role.html", context, status=403)
