"""The page on which a buyer says who its tax invoices are made out to."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from checkout.billing_role import for_billing_role
from checkout.country_list import list_countries
from checkout.see_other import SeeOther
from core.errors import InvalidField
from customers.billing_details import LENGTHS, change_billing_details
from customers.models import Account


class BillingDetailsForm(forms.Form):
    """Legal name, address and VAT number; each may be empty."""

    legal_name = forms.CharField(label=_("Legal name"), required=False, max_length=LENGTHS["legal_name"])
    street = forms.CharField(label=_("Street and number"), required=False, max_length=LENGTHS["street"])
    postal_code = forms.CharField(label=_("Postal code"), required=False, max_length=LENGTHS["postal_code"])
    city = forms.CharField(label=_("City"), required=False, max_length=LENGTHS["city"])
    country = forms.ChoiceField(label=_("Country"), required=False, initial="", choices=list_countries)
    vat_number = forms.CharField(label=_("VAT number"), required=False, max_length=30)


@for_billing_role
@require_http_methods(["GET", "HEAD", "POST"])
def billing_details_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Show the details, or keep what was typed in."""
    if request.method != "POST":
        said = {name: getattr(account.organization, name) for name in BillingDetailsForm.base_fields}
        return _show(request, account, BillingDetailsForm(initial=said))
    form = BillingDetailsForm(request.POST)
    if form.is_valid() and _change(account, form):
        return SeeOther(reverse("account"))
    return _show(request, account, form, status=400)


def _change(account: Account, form: BillingDetailsForm) -> bool:
    """Call the service; a refusal is told at its field."""
    try:
        change_billing_details(account.organization_id, **form.cleaned_data)
    except InvalidField as refusal:
        form.add_error(refusal.field, f"It {refusal}.")
        return False
    return True


def _show(
    request: HttpRequest, account: Account, form: BillingDetailsForm, status: int = 200
) -> HttpResponseBase:
    context: dict[str, Any] = {"account": account, "form": form}
    return render(request, "checkout/billing_details.html", context, status=status)
