"""Logging in and out, and the page about oneself."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_safe

from checkout.amounts import format_money
from checkout.forms import LoginForm
from checkout.headers import protected
from checkout.lookup import find_account, list_pending

log_in = protected(
    LoginView.as_view(
        template_name="checkout/login.html",
        authentication_form=LoginForm,
        redirect_authenticated_user=True,
    )
)
log_out = protected(LogoutView.as_view(template_name="checkout/logged_out.html"))


@protected
@login_required
@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    """Show who is logged in, and what awaits a decision by those who may decide."""
    account = find_account(request.user)
    language = get_language_from_request(request)
    charges = list_pending(account.organization_id) if account and account.has_billing_role else []
    pending = [(charge, format_money(charge.total, language=language)) for charge in charges]
    return render(request, "checkout/account.html", {"account": account, "pending": pending})
