"""The pictures of the hosted page in the README; UPDATE_SCREENSHOTS=1 makes them anew."""

import os

import pytest
from django.conf import settings

from operations.factories import CallerFactory, ChargeFactory, SubscriptionFactory
from tests.desk import link

PICTURES = settings.BASE_DIR / "docs" / "images"


@pytest.fixture
def caller(shop):
    shop.app.return_origins = ["https://seller.example"]
    shop.app.save()
    return CallerFactory(account=shop.buyer, application=shop.app)


def photograph(page, name):
    picture = PICTURES / name
    taken = page.screenshot(path=picture if os.environ.get("UPDATE_SCREENSHOTS") == "1" else None)
    assert taken.startswith(b"\x89PNG")
    assert picture.exists()


def test_the_hosted_page_can_be_photographed(shop, open_page, caller):
    charge = ChargeFactory(caller=caller, name="100 extra reports", price_minor=1_500)
    page = open_page(shop.buyer, viewport={"width": 720, "height": 820}, device_scale_factor=2)
    page.goto(shop.server + link(charge))
    photograph(page, "hosted-page.png")


def test_the_hosted_page_of_a_subscription_can_be_photographed(shop, open_page, caller):
    subscription = SubscriptionFactory(caller=caller, name="Report Builder Plus", trial_days=14)
    page = open_page(shop.buyer, viewport={"width": 720, "height": 1_180}, device_scale_factor=2)
    page.goto(shop.server + link(subscription))
    photograph(page, "hosted-page-recurrent.png")
