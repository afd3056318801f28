"""Names are written by strangers; no page may take them for markup."""

from functools import cache
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils.html import escape

from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    PaymentOptionFactory,
)
from tests.desk import bring_to, consent_link, link, log_in, subscription_at

pytestmark = pytest.mark.slow

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</bdi></main><iframe src=javascript:alert(1)>",
    "<!--<script>",
    "{{ 7|add:7 }}{% debug %}",
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '" autofocus onfocus=alert(1) x="',
    "<a href='javascript:alert(1)'>x</a>",
    "\u202bgnp.exe<style>*{display:none}</style>",
]
STATES = ["pending", "accepted", "declined", "processed", "success", "failed"]
STAGES = ["pending", "cancelled", "past_due"]
INSIDE = {"Sec-Fetch-Dest": "iframe"}


class Skeleton(HTMLParser):
    """The elements and attribute names of a page, without its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shape: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "style", "iframe", "object", "embed", "base"), tag
        assert not any(name.startswith("on") or name in ("style", "srcdoc") for name, _ in attrs), attrs
        for name, value in attrs:
            if name in ("href", "src", "action"):
                assert value.startswith(("/", "https://", "#")), value
        self.shape.append(f"{tag} {' '.join(name for name, _ in attrs)}")


def visit_pages(word: str, client_id: str) -> dict[str, str]:
    """Every page on which the word can appear, by name."""
    buyer = AccountFactory(organization=OrganizationFactory(name=word), email=f"{word.lower()}@buyer.example")
    card = PaymentOptionFactory(organization=buyer.organization)
    type(card).objects.filter(pk=card.pk).update(brand=word[:20])
    app = ApplicationFactory(organization=OrganizationFactory(name=word), name=word, client_id=client_id)
    colleague = AccountFactory(organization=buyer.organization, has_billing_role=False)
    browser = log_in(buyer)
    pages = {"consent": browser.get(consent_link(app))}
    for status in STATES:
        charge = ChargeFactory(
            caller=CallerFactory(account=buyer, application=app),
            name=word,
            return_url="https://seller.example/<>\"'",
        )
        if status != "pending":
            charge = bring_to(charge, status)
            type(charge).objects.filter(pk=charge.pk).update(failure_message=word)
        pages[status] = browser.get(link(charge))
    for stage in STAGES:
        subscription = subscription_at(stage, CallerFactory(account=buyer, application=app), name=word)
        subscription.charges.update(failure_message=word)
        pages[f"recurrent {stage}"] = browser.get(link(subscription))
    pages["payment"] = browser.get(link(subscription.charges.latest("period")))
    pages["cancel"] = browser.get(f"/account/subscriptions/{subscription.public_id}/cancel/")
    pages["account"] = browser.get("/account/")
    pages["no role"] = log_in(colleague).get(link(charge))
    pages["unknown"] = browser.get("/", {"id": word, "type": word})
    pages["framed"] = browser.get("/", {"id": word}, headers=INSIDE)
    pages["framed recurrent"] = browser.get("/", {"id": word, "type": word}, headers=INSIDE)
    pages["login"] = Client().get("/login/", {"next": f"/?{word}"})
    pages["wrong log-in"] = Client().post(
        "/login/", {"username": word, "password": word, "next": f"/?{word}"}
    )
    pages["404"] = browser.get(f"/{word}")
    return {name: response.content.decode() for name, response in pages.items()}


@cache
def list_plain_shapes() -> dict[str, list[str]]:
    """The pages as they are with a harmless name, looked at once."""
    return {name: Skeleton(page).shape for name, page in visit_pages("Plain", "a" * 32).items()}


@pytest.mark.django_db
@pytest.mark.parametrize("payloads", [PAYLOADS[place::3] for place in range(3)], ids=" ".join)
def test_a_name_never_becomes_markup(payloads):
    """A name holds several of them: each that is not escaped changes the shape of the page."""
    plain, hostile = list_plain_shapes(), visit_pages(" ".join(payloads), "b" * 32)
    for name, page in hostile.items():
        assert Skeleton(page).shape == plain[name], name
    for name in ("consent", "account", "payment", "cancel", "recurrent past_due", *STATES):
        assert escape(" ".join(payloads)) in hostile[name], name
