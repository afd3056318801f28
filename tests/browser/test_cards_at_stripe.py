"""A buyer enters a card at Stripe's stand-in, which is another site, and the first charge is collected."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from charges.collection.single import collect_charge
from charges.requests.direct import activate_charge
from customers.models import PaymentOption
from operations.factories import AccountFactory, CallerFactory, ChargeFactory, OrganizationFactory
from tests.desk import link, reload
from tests.gateway.processors import run_stand_in
from tests.gateway.stripe_stand_in.server import StripeStandIn


@pytest.fixture
def stripe(settings, live_server) -> Iterator[StripeStandIn]:
    """Stripe's stand-in is the gateway in use."""
    settings.BASE_URL, settings.LIVE_GATEWAY = live_server.url, "stripe"
    with run_stand_in(settings) as stand_in:
        yield stand_in


def test_a_newcomer_enters_a_card_accepts_and_is_charged(stripe, shop, open_page):
    buyer = AccountFactory(organization=OrganizationFactory(name="Anchor Street Books"))
    caller = CallerFactory(account=buyer, application=shop.app)
    charge = ChargeFactory(caller=caller, return_url=shop.charge.return_url)
    page = open_page(buyer)
    page.goto(shop.server + link(charge))
    page.get_by_role("button", name="Add a card").click()
    page.wait_for_url(f"{stripe.address}/**")
    page.get_by_role("button", name="visa ending in 4242").first.click()
    page.wait_for_url(shop.server + link(charge))
    expect(page.get_by_text("Visa ending in 4242")).to_be_visible()
    page.locator("[value=accept]").click()
    page.wait_for_url(f"{charge.return_url}**")
    activate_charge(charge.pk, actor="test")
    collect_charge(charge.pk)
    assert reload(charge).status == "success"
    assert charge.attempts.get().gateway == "stripe"
    assert PaymentOption.objects.get(gateway="stripe").organization == buyer.organization
