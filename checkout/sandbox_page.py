"""The sandbox's page on which a buyer enters a card: it looks like a processor's, and has buttons."""

from calendar import monthrange
from datetime import datetime
from urllib.parse import urlsplit

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from checkout.error_pages import refuse_foreign_form
from checkout.headers import is_own_submission, protect, protected
from checkout.see_other import SeeOther
from core import clock
from core.urls import read_origin
from gateway.sandbox_cards import enter_test_card, find_card_page, list_test_cards

CARDS = list_test_cards()
YEARS = 3
EXPIRIES = [
    ("later", _("in three years")),
    ("this month", _("at the end of this month")),
    ("passed", _("at the end of last month: it has expired")),
]


class TestCardForm(forms.Form):
    """Which test card, and until when it is valid."""

    card = forms.ChoiceField(choices=[(card.last4, card.words) for card in CARDS])
    expires = forms.ChoiceField(choices=EXPIRIES)


@protected
@require_http_methods(["GET", "HEAD", "POST"])
def sandbox_card_page(request: HttpRequest, session: str) -> HttpResponseBase:
    """Show the test cards, or take the one whose button was pressed; only while the sandbox is in use."""
    entry = find_card_page(session)
    if entry is None:
        raise Http404
    form = TestCardForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not is_own_submission(request):
        return refuse_foreign_form(request)
    if request.method == "POST" and form.is_valid():
        expires = choose_expiry(form.cleaned_data["expires"])
        enter_test_card(session, last4=form.cleaned_data["card"], expires=expires)
        return SeeOther(entry.return_url)
    status = 400 if form.errors else 200
    context = {"entry": entry, "cards": CARDS, "form": form, "expiries": EXPIRIES}
    page = render(request, "checkout/sandbox_card.html", context, status=status)
    return protect(page, forms_to=[read_origin(urlsplit(entry.return_url))])


def choose_expiry(choice: str) -> datetime:
    """Return an instant (UTC) in the month in which the card expires."""
    now = clock.now()
    if choice == "later":
        return now.replace(year=now.year + YEARS, day=1)
    if choice == "passed":
        month, year = (now.month - 1, now.year) if now.month > 1 else (12, now.year - 1)
        return now.replace(year=year, month=month, day=min(now.day, monthrange(year, month)[1]))
    return now
