"""Links as Text's console makes them lead to the hosted page."""

import pytest
from django.test import Client

from operations.factories import CallerFactory, SubscriptionFactory
from tests.desk import text_of


def test_a_link_to_a_direct_charge_leads_to_its_page(desk):
    path = f"/marketplace/checkout/charge/{desk.charge.public_id}/direct_charge"
    page = desk.browser.get(path, {"icon": "https://seller.example/i.png", "description": "x"}, follow=True)
    assert page.redirect_chain == [(f"/?id={desk.charge.public_id}", 303)]
    assert "100 extra reports" in text_of(page)


def test_a_link_to_a_recurrent_charge_leads_to_its_page(desk):
    subscription = SubscriptionFactory(caller=CallerFactory(account=desk.buyer, application=desk.app))
    path = f"/marketplace/checkout/charge/{subscription.public_id}/recurrent_charge"
    page = desk.browser.get(path, follow=True)
    assert page.redirect_chain == [(f"/?id={subscription.public_id}&type=recurrent_charge", 303)]
    assert subscription.name in text_of(page)


def test_an_id_is_quoted_and_another_kind_is_not_there(db):
    led = Client().get("/marketplace/checkout/charge/a&type=b/direct_charge")
    assert led["Location"] == "/?id=a%26type%3Db"
    assert Client().get("/marketplace/checkout/charge/x/invoice").status_code == 404


@pytest.mark.parametrize("method", ["post", "delete"])
def test_a_link_is_only_followed(db, method):
    answer = getattr(Client(), method)("/marketplace/checkout/charge/x/direct_charge")
    assert answer.status_code == 405
