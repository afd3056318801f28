"""What a buyer does with a browser, shared by the tests of the pages."""

import re
from datetime import datetime, timedelta
from functools import partial
from html import unescape
from urllib.parse import urlencode

from django.test import Client

from charges.consent import Decider
from charges.history import change_status
from charges.models import Charge
from core import clock
from customers.models import Account
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.consent import accept_subscription, decline_subscription
from subscriptions.models import Subscription
from tests.factories import make_subscription
from tests.subscriptions.stories import at, change_card


def log_in(account, **headers) -> Client:
    browser = Client(**headers)
    browser.force_login(account.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def link(purchase) -> str:
    return f"/?id={purchase.public_id}{'&type=recurrent_charge' * isinstance(purchase, Subscription)}"


def text_of(response) -> str:
    """The visible words of a page on one line."""
    words = re.sub(r"</?(bdi|strong|a|span)\b[^>]*>", "", response.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())


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


def make_subscription_that_is(stage: str, caller, **fields) -> Subscription:
    """A subscription of this caller that was made 32 days ago and reaches a stage of its life just now."""
    fields = {"trial_days": 60} | fields if stage == "trial" else fields
    now = clock.now()
    with clock.travel_to(now - timedelta(days=32 if stage != "expired" else 62)):
        subscription = make_subscription(caller, **fields)
        if stage in ("pending", "expired"):
            return subscription
        account = Account.objects.get(pk=caller.account_id)
        decider = Decider.on_page(account, ip=None, user_agent="")
        if stage == "declined":
            return decline_subscription(subscription.pk, decider=decider)
        subscription = accept_subscription(subscription.pk, decider=decider)
        if stage != "accepted":
            activate_subscription(subscription.pk, actor="test")
    return _bill(subscription, stage, now)


def _bill(subscription: Subscription, stage: str, now: datetime) -> Subscription:
    """Let 32 days pass: a payment then, and another one now that may fail."""
    if stage not in ("accepted", "trial", "processed"):
        if stage == "retried":
            change_card(subscription, "decline_soft")
        at(now - timedelta(days=32 if stage != "retried" else 0))
        if stage in ("past_due", "frozen"):
            change_card(subscription, "decline_soft" if stage == "past_due" else "decline_hard")
        at(now)
    if stage == "cancelled":
        cancel_subscription(subscription.pk, actor="test")
    if stage == "held":
        Subscription.objects.filter(pk=subscription.pk).update(held_at=now, due_at=None)
    return reload(subscription)


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
