"""The page about cards: what there is, what each pays for, which is used, and what is removed."""

import pytest
from django.test import Client

from charges.collection.single import collect_charge
from core import clock
from customers.models import PaymentOption
from operations.factories import AccountFactory, CallerFactory, ChargeFactory, PaymentOptionFactory
from tests.desk import link, log_in, subscription_at, text_of

CARDS = "/account/cards/"


@pytest.fixture
def caller(desk):
    return CallerFactory(account=desk.buyer, application=desk.app)


def path(card, act: str) -> str:
    return f"{CARDS}{card.public_id}/{act}/"


def test_the_account_page_leads_there(desk):
    assert f'href="{CARDS}"' in desk.browser.get("/account/").content.decode()


def test_each_card_is_shown_with_what_it_pays_for(desk, caller):
    subscription = subscription_at("active", caller, name="Sales Funnel")
    newer = PaymentOptionFactory(organization=desk.buyer.organization, brand="amex", last4="0005")
    PaymentOptionFactory(last4="7777")
    page = desk.browser.get(CARDS)
    text = text_of(page)
    assert "Amex ending in 0005 Pays for what you accept Valid through 12/2035 Not used" in text
    assert "Visa ending in 4242 Valid through 12/2035 Pays for Sales Funnel" in text
    assert "7777" not in text
    assert f'href="{link(subscription)}"'.replace("&", "&amp;") in page.content.decode()
    assert newer.gateway_token not in page.content.decode()


def test_an_expired_card_says_so_there_and_where_it_would_pay(desk):
    now = clock.now()
    PaymentOption.objects.update(exp_year=now.year - 1)
    assert "Visa ending in 4242 Pays for what you accept Expired" in text_of(desk.browser.get(CARDS))
    assert "Visa ending in 4242 Expired Change the card" in text_of(desk.browser.get(link(desk.charge)))


def test_without_cards_it_says_what_that_means(db):
    text = text_of(log_in(AccountFactory()).get(CARDS))
    assert "You have no card yet. You need one to accept an offer." in text


def test_a_card_is_chosen_for_everything(desk, caller):
    subscription = subscription_at("active", caller)
    newer = PaymentOptionFactory(organization=desk.buyer.organization)
    answer = desk.browser.post(path(newer, "default"))
    assert (answer.status_code, answer["Location"]) == (303, CARDS)
    subscription.refresh_from_db()
    assert subscription.payment_option == newer
    assert "Use for everything" in text_of(desk.browser.get(CARDS))


def test_before_a_card_is_removed_it_is_said_what_follows(desk, caller):
    subscription_at("active", caller, name="Sales Funnel")
    newer = PaymentOptionFactory(organization=desk.buyer.organization, last4="0005")
    text = text_of(desk.browser.get(path(desk.card, "remove")))
    assert "Remove Visa ending in 4242? It pays for: Sales Funnel From now on" in text
    assert "Visa ending in 0005 pays for that" in text
    answer = desk.browser.post(path(desk.card, "remove"))
    assert (answer.status_code, answer["Location"]) == (303, CARDS)
    assert list(PaymentOption.objects.filter(is_active=True)) == [newer]


def test_the_only_card_of_what_runs_is_not_removed_and_the_reason_is_said(desk, caller):
    subscription_at("active", caller, name="Sales Funnel")
    text = text_of(desk.browser.get(path(desk.card, "remove")))
    assert "This is your only card, and it is still needed." in text
    assert "Remove it" not in text
    answer = desk.browser.post(path(desk.card, "remove"))
    assert answer.status_code == 409
    assert "This is your only card, and it pays for “Sales Funnel”" in text_of(answer)
    assert PaymentOption.objects.get(pk=desk.card.pk).is_active


def test_a_payment_that_waits_is_shown_with_what_a_card_would_do(desk, caller):
    subscription_at("past_due", caller, name="Sales Funnel")
    text = text_of(desk.browser.get(CARDS))
    reason = "There was not enough money on the card or account."
    assert f"Failed payments Sales Funnel, $19.00: {reason}" in text
    assert "or right away with another card" in text
    assert "Failed payments are tried with it right away" in text
    assert "Sales Funnel" not in text_of(log_in(AccountFactory()).get(CARDS))


@pytest.mark.django_db(transaction=True)
def test_a_payment_that_is_to_be_confirmed_is_shown(desk, caller):
    PaymentOptionFactory(organization=desk.buyer.organization, token="tok_test_confirm_always")
    charge = ChargeFactory(caller=caller, activated=True, name="Reports")
    collect_charge(charge.pk)
    text = text_of(desk.browser.get(CARDS))
    assert "Reports, $2.00" in text
    assert "Open it to confirm, or pay right away with another card." in text


@pytest.mark.parametrize("act", ["default", "remove"])
def test_nobody_else_can_act_on_a_card(desk, act):
    member = AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    seller = AccountFactory(organization=desk.app.organization)
    for account, status in ((member, 403), (seller, 404), (AccountFactory(), 404)):
        assert log_in(account).post(path(desk.card, act)).status_code == status
    assert Client().post(path(desk.card, act))["Location"].startswith("/login/")
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert desk.browser.post(path(desk.card, act), headers=foreign).status_code == 403
    card = PaymentOption.objects.get(pk=desk.card.pk)
    assert (card.is_active, card.is_default) == (True, True)


@pytest.mark.parametrize("act", ["default", "remove"])
def test_a_card_that_is_gone_is_unknown(desk, act):
    PaymentOptionFactory(organization=desk.buyer.organization)
    desk.browser.post(path(desk.card, "remove"))
    assert desk.browser.post(path(desk.card, act)).status_code == 404


def test_a_link_changes_nothing(desk):
    assert desk.browser.get(path(desk.card, "default")).status_code == 405
    assert desk.browser.get(path(desk.card, "remove")).status_code == 200
    assert PaymentOption.objects.get(pk=desk.card.pk).is_active


def test_the_number_of_queries_does_not_grow_with_what_there_is(desk, caller, django_assert_max_num_queries):
    for _ in range(3):
        subscription_at("active", caller)
        PaymentOptionFactory(organization=desk.buyer.organization)
    with django_assert_max_num_queries(10):
        desk.browser.get(CARDS)
