"""A buyer enters a bank account on GoCardless' page; what is kept of it is the mandate."""

import pytest

from core import clock
from gateway.base import GatewayError, NotSent
from gateway.cards import BankAccount, BankAccountToken, Card, CardRefused, Secret
from gateway.gocardless.gateway import GoCardlessGateway
from gateway.movements import Verdict
from tests.gateway.gocardless_movements import ask_charge
from tests.gateway.gocardless_stand_in.server import TOKEN


def begin(gateway):
    return gateway.begin_card(
        customer=gateway.create_customer(key="buyer-1"),
        currency="GBP",
        return_url="https://billing.example/back",
        cancel_url="https://billing.example/offer",
    )


def test_the_page_is_gocardless_own_and_leads_back(gateway, stand_in):
    entry = begin(gateway)
    assert entry.url == f"https://pay.example/{entry.session}"
    [flow] = stand_in.books.resources["billing_request_flows"].values()
    assert flow["redirect_uri"] == "https://billing.example/back"
    assert flow["exit_uri"] == "https://billing.example/offer"
    request = stand_in.books.get("billing_requests", entry.session)
    assert (request["mandate_request"]["currency"], request["metadata"]) == ("GBP", {"customer": "buyer-1"})


def test_the_mandate_is_kept_with_the_last_four_digits_and_can_be_charged(gateway, stand_in):
    entry = begin(gateway)
    assert gateway.finish_card(session=entry.session) is None
    mandate = stand_in.enter_account(entry.session)
    token = gateway.finish_card(session=entry.session)
    assert token == BankAccountToken(token=mandate, last4="0011")
    assert gateway.read_card(token=mandate) == token
    assert gateway.charge(ask_charge(token.token)).verdict == Verdict.PENDING


def test_a_page_that_was_left_for_good_is_refused(gateway, stand_in):
    entry = begin(gateway)
    stand_in.books.get("billing_requests", entry.session)["status"] = "cancelled"
    for session in (entry.session, "BRQ-unheard-of"):
        with pytest.raises(CardRefused):
            gateway.finish_card(session=session)


def test_an_account_that_cannot_be_debited_is_refused(gateway, stand_in):
    entry = begin(gateway)
    stand_in.books.end_mandate(stand_in.enter_account(entry.session), status="failed")
    with pytest.raises(CardRefused):
        gateway.finish_card(session=entry.session)


@pytest.mark.parametrize("status", ["blocked", "cancelled", "consumed", "expired", "failed"])
def test_a_mandate_that_has_ended_cannot_be_charged_any_more(gateway, stand_in, mandate, status):
    stand_in.books.end_mandate(mandate, status=status)
    assert gateway.read_card(token=mandate) is None
    assert gateway.read_card(token="MD-unheard-of") is None


def test_a_forgotten_mandate_is_cancelled_once_and_for_all(gateway, stand_in, mandate):
    for token in (mandate, mandate, "MD-unheard-of"):
        gateway.forget_card(token=token)
    assert stand_in.books.get("mandates", mandate)["status"] == "cancelled"
    assert gateway.charge(ask_charge(mandate)).verdict == Verdict.DECLINED


def test_a_mandate_that_could_not_be_cancelled_is_an_error(gateway, stand_in, mandate):
    stand_in.fail("POST /mandates", "unauthorised")
    with pytest.raises(GatewayError):
        gateway.forget_card(token=mandate)


def test_numbers_of_cards_and_accounts_are_not_taken(gateway, stand_in):
    with pytest.raises(CardRefused):
        gateway.tokenize(Card(Secret("4242424242424242"), 12, clock.now().year + 2))
    with pytest.raises(CardRefused):
        gateway.tokenize_bank_account(BankAccount(Secret("55779911"), "200000", "checking"))
    assert stand_in.requests == []


def test_a_merchant_has_an_account_of_its_own(gateway, stand_in, mandate):
    merchants = gateway.acting_for(Secret("sandbox_of-a-merchant"))
    with pytest.raises(NotSent):
        merchants.charge(ask_charge(mandate))
    own = gateway.acting_for(Secret(TOKEN))
    assert own.charge(ask_charge(mandate)).verdict == Verdict.PENDING


def test_test_money_never_meets_a_live_account(gateway, settings, caplog):
    with pytest.raises(NotSent):
        gateway.acting_for(Secret("live_of-a-merchant"))
    assert "live_of" not in caplog.text
    settings.GOCARDLESS_ACCESS_TOKEN = "live_made-up"
    live = GoCardlessGateway()
    assert (live.livemode, gateway.livemode) == (True, False)
    with pytest.raises(NotSent):
        live.acting_for(Secret("sandbox_of-a-merchant"))
