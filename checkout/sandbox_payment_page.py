"""The sandbox's page on which a buyer confirms a payment: it looks like a bank's, and has two buttons."""

from urllib.parse import urlsplit

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from checkout.error_pages import refuse_foreign_form
from checkout.headers import is_own_submission, protect, protected
from checkout.see_other import SeeOther
from core.local_formats import write_money
from core.urls import read_origin
from gateway.sandbox_confirmations import decide_payment, find_payment_page

CONFIRM = "confirm"


class ConfirmationForm(forms.Form):
    """Which of the two buttons was pressed."""

    decision = forms.ChoiceField(choices=[(choice, choice) for choice in (CONFIRM, "refuse")])


@protected
@require_http_methods(["GET", "HEAD", "POST"])
def sandbox_payment_page(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Show what is to be confirmed, or take the decision and lead back."""
    payment = find_payment_page(reference)
    if payment is None:
        raise Http404
    form = ConfirmationForm(request.POST or None)
    if request.method == "POST" and not is_own_submission(request):
        return refuse_foreign_form(request)
    if request.method == "POST" and form.is_valid():
        decide_payment(reference, is_confirmed=form.cleaned_data["decision"] == CONFIRM)
        return SeeOther(payment.return_url)
    amount = write_money(payment.money)
    context = {"payment": payment, "amount": amount, "form": form}
    page = render(request, "checkout/sandbox_payment.html", context, status=400 if form.errors else 200)
    return protect(page, forms_to=[read_origin(urlsplit(payment.return_url))])
