"""What a buyer does with a browser, shared by the tests of the pages."""

import re
from datetime import timedelta
from functools import partial
from html import unescape
from urllib.parse import urlencode

from django.test import Client

from charges.consent import ShownOffer, find_tax, fingerprint_offer
from charges.history import change_status
from charges.models import Charge
from checkout.form_token import make_form_token
from core import clock
from operations.factories import SubscriptionFactory
from subscriptions.models import Subscription

# Stages that are no trait of SubscriptionFactory.
STAGES = {
    "pending": {},
    "expired": {},
    "lapsed": {"accepted": True},
    "trial": {"activated": True, "trial_days": 60},
    "processed": {"activated": True},
}
# In days; what is not named is so old that a second period is due.
AGES = {"expired": 62, "lapsed": 62, "accepted": 20}


def log_in(account, **headers) -> Client:
    browser = Client(**headers)
    browser.force_login(account.user)
    return browser


def link(purchase) -> str:
    return f"/?id={purchase.public_id}{'&type=recurrent_charge' * isinstance(purchase, Subscription)}"


def text_of(response) -> str:
    """The visible words of a page on one line."""
    words = re.sub(r"</?(bdi|strong|a|span)\b[^>]*>", "", response.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())


def show(offer) -> ShownOffer:
    """What a page says of an offer now."""
    return ShownOffer(fingerprint_offer(offer, find_tax(offer)))


def sign_form(purchase, account) -> str:
    """The token of a page that shows this now."""
    return make_form_token(purchase, account, words="", tax=find_tax(purchase))


def press(browser: Client, purchase, decision: str, **headers):
    """Open the page and press one of its buttons."""
    token = browser.get(link(purchase)).context["page"].token
    return browser.post(link(purchase), {"decision": decision, "token": token}, headers=headers)


def reload(purchase) -> Charge | Subscription:
    return type(purchase).objects.for_display().get(pk=purchase.pk)


def bring_to(charge, status: str) -> Charge:
    """Move a pending charge along the legal way to a status."""
    charge = reload(charge)
    ways = {"declined": ["decline"], "accepted": ["accept"], "processed": ["accept", "activate"]}
    ways |= {"success": [*ways["processed"], "succeed"], "failed": [*ways["processed"], "fail"]}
    for verb in ways[status]:
        if verb in ("succeed", "fail"):
            charge.finished_at, charge.collect_at = clock.now(), None
        if verb == "fail":
            charge.failure_code, charge.failure_message = "card_declined", "The bank says: not enough money."
        move = getattr(charge, verb)
        change_status(charge, partial(move, *([None] if verb == "accept" else [])), actor="test")
    return charge


def subscription_at(stage: str, caller, **fields) -> Subscription:
    """A subscription of this caller that was made a month ago and reaches a stage of its life just now."""
    made = STAGES.get(stage, {stage: True})
    if stage != "held":
        made = {"at": clock.now() - timedelta(days=AGES.get(stage, 32))} | made
    return reload(SubscriptionFactory(caller=caller, **made | fields))


def consent_link(app, **changes: str) -> str:
    """Where an application sends a person whose consent it wants."""
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": "https://seller.example/oauth",
        "scope": "billing_manage ledger_read",
        "state": "s1",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    return f"/oauth/authorize/?{urlencode(query | changes)}"
