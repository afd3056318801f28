"""What a buyer does with a browser, shared by the tests of the pages."""

import re
from html import unescape
from urllib.parse import urlencode

from django.test import Client

from charges.history import change_status
from charges.models import Charge


def log_in(account, **headers) -> Client:
    browser = Client(**headers)
    browser.force_login(account.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def link(charge) -> str:
    return f"/?id={charge.public_id}"


def text_of(response) -> str:
    """The visible words of a page on one line."""
    words = re.sub(r"</?(bdi|strong|a|span)\b[^>]*>", "", response.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())


def press(browser: Client, charge, decision: str, **headers):
    """Open the page and press one of its buttons."""
    token = browser.get(link(charge)).context["page"].token
    return browser.post(link(charge), {"decision": decision, "token": token}, headers=headers)


def reload(charge) -> Charge:
    return Charge.objects.for_display().get(pk=charge.pk)


def bring_to(charge, status: str) -> Charge:
    """Move a pending charge along the legal way to a status."""
    charge = reload(charge)
    ways = {"declined": ["decline"], "accepted": ["accept"], "processed": ["accept", "activate"]}
    ways |= {"success": [*ways["processed"], "succeed"], "failed": [*ways["processed"], "fail"]}
    arguments = {"accept": [None], "fail": ["card_declined", "The bank says: not enough money."]}
    for verb in ways[status]:
        move = getattr(charge, verb)
        change_status(charge, lambda move=move, verb=verb: move(*arguments.get(verb, [])), actor="test")
    return charge


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
