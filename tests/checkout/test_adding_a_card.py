"""A buyer without a card enters one at the processor, is back at the same charge, and accepts."""

import uuid
from urllib.parse import urlsplit

import pytest
from django.test import Client

from customers.models import CardEntrySession, PaymentOption
from gateway.registry import get_gateway
from operations.factories import AccountFactory, CallerFactory, ChargeFactory, SubscriptionFactory
from tests.card_entry import press_test_card, read_entry_id
from tests.desk import link, log_in, press, reload, text_of

ADD = "/account/cards/add/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def poor():
    """A buyer without a card."""
    return AccountFactory(email="penniless@buyer.example")


@pytest.fixture(params=[ChargeFactory, SubscriptionFactory])
def purchase(request, poor):
    return request.param(caller=CallerFactory(account=poor))


def follow(location: str) -> str:
    """The path and query of an address of this server."""
    parts = urlsplit(location)
    assert parts.netloc in ("", "testserver", "127.0.0.1:8000")
    return f"{parts.path}?{parts.query}"


@pytest.fixture(autouse=True)
def _address(settings):
    settings.BASE_URL = "http://testserver"


def ask(purchase) -> dict[str, str]:
    return {"id": str(purchase.public_id), "type": link(purchase).partition("type=")[2] or "direct_charge"}


def test_the_way_to_the_card_and_back_ends_in_an_acceptance(poor, purchase):
    browser = log_in(poor)
    assert "Add a card to continue." in text_of(browser.get(link(purchase)))
    to_processor = browser.post(ADD, ask(purchase))
    assert to_processor.status_code == 303
    assert to_processor["Location"].startswith("http://testserver/sandbox/cards/")
    back = press_test_card(Client(), to_processor["Location"], "4444")
    done = browser.get(follow(back))
    assert (done.status_code, done["Location"]) == (303, link(purchase))
    page = browser.get(link(purchase))
    assert "Mastercard ending in 4444" in text_of(page)
    assert press(browser, purchase, "accept").status_code == 303
    assert reload(purchase).status == "accepted"


def test_coming_back_twice_keeps_one_card(poor):
    browser = log_in(poor)
    back = follow(press_test_card(browser, browser.post(ADD)["Location"]))
    for _ in range(2):
        assert browser.get(back)["Location"] == "/account/cards/"
    assert PaymentOption.objects.count() == 1


def test_the_same_page_of_the_sandbox_takes_one_card(poor):
    browser = log_in(poor)
    page = browser.post(ADD)["Location"]
    press_test_card(browser, page, "4242")
    back = press_test_card(browser, page, "9995")
    browser.get(follow(back))
    assert PaymentOption.objects.get().last4 == "4242"


def test_coming_back_without_a_card_says_so(poor):
    browser = log_in(poor)
    browser.post(ADD)
    entry = CardEntrySession.objects.get()
    answer = browser.get("/account/cards/done/", {"session": str(entry.public_id)})
    assert answer.status_code == 409
    assert "You have not entered a card yet." in text_of(answer)


def test_who_changed_their_mind_is_back_at_the_charge(poor, purchase):
    browser = log_in(poor)
    page = browser.get(urlsplit(browser.post(ADD, ask(purchase))["Location"]).path)
    cancel = f'href="http://testserver{link(purchase)}"'.replace("&", "&amp;")
    assert cancel in page.content.decode()


def test_an_entry_of_another_organisation_or_colleague_is_unknown(poor):
    back = follow(press_test_card(Client(), log_in(poor).post(ADD)["Location"]))
    colleague = AccountFactory(organization=poor.organization)
    for stranger in (AccountFactory(), colleague):
        assert log_in(stranger).get(back).status_code == 404
    assert Client().get(back)["Location"].startswith("/login/")
    assert not PaymentOption.objects.exists()


@pytest.mark.parametrize("session", ["", "x", "1", str(uuid.UUID(int=7)), "a" * 5_000, "%00"])
def test_an_entry_that_cannot_be_one_is_unknown(poor, session):
    assert log_in(poor).get(f"/account/cards/done/?session={session}").status_code in (400, 404)


def test_a_foreign_charge_is_not_where_one_comes_back_to(poor):
    browser, foreign = log_in(poor), ChargeFactory()
    back = press_test_card(browser, browser.post(ADD, ask(foreign))["Location"])
    assert browser.get(follow(back))["Location"] == "/account/cards/"
    assert CardEntrySession.objects.get().return_path == "/account/cards/"


def test_a_colleague_without_the_billing_role_cannot_add_a_card(poor):
    member = log_in(AccountFactory(organization=poor.organization, has_billing_role=False))
    assert member.post(ADD).status_code == 403
    assert member.get("/account/cards/").status_code == 403
    assert not CardEntrySession.objects.exists()


def test_a_form_of_another_site_begins_nothing(poor):
    answer = log_in(poor).post(ADD, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not CardEntrySession.objects.exists()


def test_a_link_begins_nothing(poor):
    assert log_in(poor).get(ADD).status_code == 405


def test_a_processor_elsewhere_is_reached_from_a_page_without_a_form(poor, settings):
    settings.BASE_URL = "https://checkout.processor.example"
    page = log_in(poor).post(ADD)
    assert page.status_code == 200
    assert 'content="0; url=https://checkout.processor.example/sandbox/cards/' in page.content.decode()
    assert b"<form" not in page.content


@pytest.mark.parametrize(("way", "said"), [("begin", "could not reach"), ("finish", "could not reach")])
def test_a_processor_that_is_away_is_said_to_be(poor, settings, way, said):
    browser = log_in(poor)
    back = follow(press_test_card(browser, browser.post(ADD)["Location"]))
    settings.GATEWAYS = {"sandbox": "tests.gateway.silent_gateway.SilentGateway"}
    get_gateway.cache_clear()
    answer = browser.post(ADD) if way == "begin" else browser.get(back)
    assert answer.status_code == 503
    assert said in text_of(answer)
    assert not PaymentOption.objects.exists()


def test_our_id_of_the_entry_is_what_the_processor_leads_back_with(poor):
    browser = log_in(poor)
    back = press_test_card(browser, browser.post(ADD)["Location"])
    assert read_entry_id(back) == CardEntrySession.objects.get().public_id
