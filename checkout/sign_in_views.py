"""Logging in and out, and the page about oneself."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from access.known_devices import make_known
from access.open_sessions import note_device
from access.sign_ups import takes_sign_ups
from checkout.denied_pages import show_unknown
from checkout.error_pages import refuse_foreign_form
from checkout.forms import LoginForm
from checkout.headers import is_own_submission, protected
from checkout.listing import list_accepted, list_pending, list_running, list_to_confirm
from checkout.log_in_first import log_in_first
from checkout.lookup import find_account
from checkout.preferences import PreferencesForm, save_preferences
from checkout.subscription_list import list_totals
from customers.models import Account, Application, Role
from ledger.balances import list_seller_currencies


@method_decorator(protected, name="dispatch")
class LogIn(LoginView):
    """E-mail and password, once; who is logged in goes on at once."""

    template_name = "checkout/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Invite those who wanted to open the console to sign up."""
        to_console = self.get_redirect_url().startswith(reverse("console"))
        return super().get_context_data(**kwargs) | {"invites_sellers": to_console and takes_sign_ups()}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Log in and go on.

        An OAuth request may lead on to an application, where Chromium does not let the form of this page
        lead, so that the way there starts anew from a page without a form.
        """
        response = super().form_valid(form)
        note_device(self.request)
        make_known(self.request, response, user=form.get_user())
        if not response.headers["Location"].startswith(reverse("oauth2_provider:authorize")):
            return response
        page = render(self.request, "checkout/go_on.html", {"target": response.headers["Location"]})
        page.cookies.update(response.cookies)
        return page


log_out = protected(LogoutView.as_view(template_name="checkout/logged_out.html"))


@protected
@log_in_first
@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    """Show who is logged in and, to those who may decide, what awaits a decision and what is running."""
    account = find_account(request.user)
    return show_account(request, account, PreferencesForm.of(account) if account else None)


@protected
@log_in_first
@require_POST
def preferences_page(request: HttpRequest) -> HttpResponseBase:
    """Keep the language and the time zone that somebody has chosen for their account."""
    account = find_account(request.user)
    if account is None:
        return show_unknown(request)
    if not is_own_submission(request):
        return refuse_foreign_form(request)
    form = PreferencesForm(request.POST)
    return (
        save_preferences(request, account, form) if form.is_valid() else show_account(request, account, form)
    )


def sells(account: Account) -> bool:
    """Say whether the pages of sellers are of use to somebody; those who only buy need not see them."""
    organization_id = account.organization_id
    return (
        Role.DEVELOPER in account.roles
        or Application.objects.filter(organization=organization_id).exists()
        or bool(list_seller_currencies(organization_id))
    )


def show_account(
    request: HttpRequest, account: Account | None, preferences: PreferencesForm | None
) -> HttpResponse:
    """Render the page about oneself; 400 with a form that was not valid."""
    context: dict[str, Any] = {"account": account, "preferences": preferences}
    context["sells"] = account is not None and sells(account)
    if account and account.has_billing_role:
        context["to_confirm"] = list_to_confirm(account.organization_id)
        context["pending"] = list_pending(account.organization_id)
        context["accepted"] = list_accepted(account.organization_id)
        context["running"] = list_running(account.organization_id)
        context["totals"] = list_totals(account.organization_id)
    status = HTTPStatus.BAD_REQUEST if preferences and preferences.errors else HTTPStatus.OK
    return render(request, "checkout/account.html", context, status=status)
