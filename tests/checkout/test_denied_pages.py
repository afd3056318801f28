"""Pages of charges that cannot be decided: decided before, expired, without a card."""

from datetime import timedelta

import pytest

from core import clock
from operations.factories import AccountFactory, CallerFactory, ChargeFactory, PaymentOptionFactory
from tests.desk import bring_to, link, log_in, press, reload, sign_form, text_of

TITLES = {
    "accepted": "Accepted Your organisation accepted this on",
    "declined": "Declined Your organisation declined this on",
    "processed": "Payment in progress Your organisation accepted this",
    "success": "Paid $2.00 was paid on",
    "failed": "Payment failed We could not collect $2.00. You have not been charged.",
}


@pytest.mark.parametrize("status", TITLES)
def test_a_decided_charge_says_what_became_of_it_and_offers_the_way_back(desk, status):
    bring_to(desk.charge, status)
    page = desk.browser.get(link(desk.charge))
    assert page.status_code == 200
    assert TITLES[status] in text_of(page)
    back = f"https://seller.example/back?id={desk.charge.public_id}&amp;type=direct_charge"
    assert f'<a class="button" href="{back}">Back to <bdi>Report Builder</bdi></a>' in page.content.decode()
    assert b'name="decision"' not in page.content


@pytest.mark.parametrize("status", TITLES)
def test_a_decided_test_charge_still_says_that_it_is_a_test(desk, status):
    charge = ChargeFactory(caller=CallerFactory(account=desk.buyer, application=desk.app), test=True)
    bring_to(charge, status)
    text = text_of(desk.browser.get(link(charge)))
    assert "This is a test: no money moves." in text
    assert "was paid" not in text


def test_a_failure_is_told_in_words(desk):
    bring_to(desk.charge, "failed")
    text = text_of(desk.browser.get(link(desk.charge)))
    assert "You have not been charged. The bank refused the payment." in text
    assert "We will not try again." in text


def test_a_link_that_waited_too_long_cannot_be_used(desk):
    with clock.travel_to(clock.now() + timedelta(days=31)):
        page = desk.browser.get(link(desk.charge))
        assert "This link has expired" in text_of(page)
        assert b'name="decision"' not in page.content
        data = {"decision": "accept", "token": sign_form(desk.charge, desk.buyer)}
        answer = desk.browser.post(link(desk.charge), data)
        assert answer.status_code == 409
        assert "This link has expired" in text_of(answer)
    assert reload(desk.charge).status == "pending"


def test_a_decided_link_never_gets_too_old(desk):
    bring_to(desk.charge, "accepted")
    with clock.travel_to(clock.now() + timedelta(days=400)):
        assert "Acceptance expired" in text_of(desk.browser.get(link(desk.charge)))


@pytest.fixture
def without_card(db):
    buyer = AccountFactory(email="penniless@buyer.example")
    return buyer, ChargeFactory(caller=CallerFactory(account=buyer)), log_in(buyer)


def test_without_a_card_one_is_told_so_and_can_only_decline(without_card):
    _, charge, browser = without_card
    page = browser.get(link(charge))
    assert "Add a card to continue." in text_of(page)
    assert b'value="accept"' not in page.content
    assert press(browser, charge, "decline").status_code == 303
    assert reload(charge).status == "declined"


def test_without_a_card_accepting_anyway_is_refused(without_card):
    buyer, charge, browser = without_card
    answer = press(browser, charge, "accept")
    assert answer.status_code == 409
    assert "Add a card to continue." in text_of(answer)
    PaymentOptionFactory(organization=buyer.organization)
    assert press(browser, charge, "accept").status_code == 303


def test_the_card_that_was_accepted_stays_on_the_page(desk):
    press(desk.browser, desk.charge, "accept")
    newer = PaymentOptionFactory(organization=desk.buyer.organization)
    type(newer).objects.filter(pk=newer.pk).update(last4="9999")
    text = text_of(desk.browser.get(link(desk.charge)))
    assert "ending in 4242" in text
    assert "9999" not in text
