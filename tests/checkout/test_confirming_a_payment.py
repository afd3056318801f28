"""A buyer confirms a payment that the bank asks to have confirmed: to the processor's page and back."""

from datetime import timedelta

import pytest
from django.test import Client

from charges.collection.resolve import resolve_attempt
from charges.collection.single import collect_charge
from charges.models import AttemptState, ChargeStatus
from core import clock
from gateway.base import GatewayError
from gateway.sandbox import SandboxGateway
from operations.factories import AccountFactory, CallerFactory, ChargeFactory, SubscriptionFactory
from subscriptions.renewal.renew import renew_due
from tests.desk import link, log_in, reload, text_of
from tests.money import captures

pytestmark = pytest.mark.django_db
CARD = "tok_test_confirm_always"


@pytest.fixture(autouse=True)
def _one_host(settings):
    settings.BASE_URL = "http://testserver"


@pytest.fixture
def buyer(db):
    return AccountFactory()


@pytest.fixture
def browser(buyer):
    return log_in(buyer)


@pytest.fixture
def charge(buyer):
    charge = ChargeFactory(caller=CallerFactory(account=buyer), activated=True, card=CARD)
    collect_charge(charge.pk)
    return charge


def confirm(browser, charge, **headers):
    return browser.post(f"/account/payments/{charge.public_id}/confirm/", headers=headers)


def path_of(response):
    return response.headers["Location"].removeprefix("http://testserver")


def test_the_page_of_the_charge_asks_to_confirm_it(browser, charge):
    text = text_of(browser.get(link(charge)))
    assert "Confirm the payment Your bank asks you to confirm the payment of $2.00" in text
    assert "nothing is charged without it." in text


def test_the_account_page_lists_what_is_to_be_confirmed(browser, charge):
    assert "Payments to confirm" in text_of(browser.get("/account/"))
    assert "Payments to confirm" not in text_of(log_in(AccountFactory()).get("/account/"))


def test_a_form_of_another_site_decides_nothing_at_the_sandbox(browser, charge):
    page = path_of(confirm(browser, charge))
    foreign = Client().post(page, {"decision": "confirm"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert captures() == []


@pytest.mark.parametrize(("decision", "status"), [("confirm", "success"), ("refuse", "failed")])
def test_the_buyer_decides_at_the_processor_and_comes_back_to_the_outcome(browser, charge, decision, status):
    page = path_of(confirm(browser, charge))
    assert page.startswith("/sandbox/payments/sbx_")
    assert "Confirm a payment of $2.00?" in text_of(Client().get(page))
    back = path_of(Client().post(page, {"decision": decision}))
    assert path_of(browser.get(back)) == link(charge)
    assert reload(charge).status == status
    assert len(captures()) == (decision == "confirm")
    assert "This payment has been decided" in text_of(Client().get(page))


def test_a_page_that_is_pressed_without_a_decision_asks_again(browser, charge):
    page = path_of(confirm(browser, charge))
    assert Client().post(page, {"decision": "perhaps"}).status_code == 400
    assert captures() == []


def test_coming_back_without_having_confirmed_changes_nothing(browser, charge):
    confirm(browser, charge)
    assert path_of(browser.get(f"/account/payments/{charge.public_id}/done/")) == link(charge)
    assert charge.attempts.get().state == AttemptState.AWAITING_BUYER


def test_a_subscription_waits_for_its_payment_to_be_confirmed_and_goes_on(buyer, browser):
    subscription = SubscriptionFactory(caller=CallerFactory(account=buyer), activated=True, card=CARD)
    renew_due()
    assert "Please confirm a payment" in text_of(browser.get(link(subscription)))
    assert "A payment is waiting for you to confirm it" in text_of(browser.get("/account/"))
    payment = subscription.charges.get()
    Client().post(path_of(confirm(browser, payment)), {"decision": "confirm"})
    done = browser.get(f"/account/payments/{payment.public_id}/done/")
    assert path_of(done) == link(subscription)
    assert reload(subscription).status == "active"


def test_what_needs_no_confirmation_just_shows_itself(buyer, browser):
    charge = ChargeFactory(caller=CallerFactory(account=buyer), activated=True)
    collect_charge(charge.pk)
    assert path_of(confirm(browser, charge)) == link(charge)
    assert len(captures()) == 1


def test_strangers_and_colleagues_without_the_role_confirm_nothing(charge, buyer):
    colleague = AccountFactory(organization=buyer.organization, has_billing_role=False)
    done = f"/account/payments/{charge.public_id}/done/"
    for account, status in ((AccountFactory(), 404), (colleague, 403)):
        assert confirm(log_in(account), charge).status_code == status
        assert log_in(account).get(done).status_code == status
    assert confirm(Client(), charge).headers["Location"].startswith("/login/")
    assert Client().get("/sandbox/payments/sbx_unknown/").status_code == 404


def test_a_form_of_another_site_is_refused(browser, charge):
    assert confirm(browser, charge, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_processor_that_cannot_be_reached_is_said_and_changes_nothing(browser, charge, monkeypatch):
    def fail(gateway, movement):
        raise GatewayError("timed out")

    monkeypatch.setattr(SandboxGateway, "charge", fail)
    response = confirm(browser, charge)
    assert response.status_code == 503
    assert "Not confirmed yet" in text_of(response)
    assert reload(charge).status == ChargeStatus.PROCESSED
    assert charge.attempts.get().state == AttemptState.AWAITING_BUYER


def test_a_week_later_the_payment_has_failed_and_the_page_says_so(browser, charge):
    with clock.travel_to(clock.now() + timedelta(days=8)):
        resolve_attempt(charge.attempts.get().pk)
    text = text_of(browser.get(link(charge)))
    assert "Payment failed" in text
    assert "The payment was not confirmed in time." in text
