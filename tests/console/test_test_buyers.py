"""Test buyers in the console: made in a click, sold to, and taken through time."""

import pytest

from charges.models import Charge
from customers.models import TestBuyer
from operations.factories import AccountFactory, ApplicationFactory
from testmode.buyers import create_test_buyer
from tests.desk import log_in, text_of

pytestmark = pytest.mark.slow

LIST = "/console/test-buyers/"
SUBSCRIBE = {"act": "subscribe", "name": "Seats", "price_minor": "19.00", "months": "1", "trial_days": "14"}


@pytest.fixture
def app():
    return ApplicationFactory(draft=True)


@pytest.fixture
def developer(app):
    return AccountFactory(organization=app.organization, has_billing_role=False, developer=True)


@pytest.mark.django_db
def test_developers_see_their_own_and_nobody_else_does(app, developer):
    made = create_test_buyer(seller_id=app.organization_id, name="Nova").buyer
    page = f"{LIST}{made.organization.public_id}/"
    browser = log_in(developer)
    assert "Nova" in text_of(browser.get(LIST))
    AccountFactory(organization=made.organization, email="invited@buyer.example")
    assert "invited@buyer.example" not in text_of(browser.get(page))
    assert browser.post(f"{page}act/", {"act": "token", "application": app.client_id}).status_code == 303
    stranger = log_in(AccountFactory(organization=ApplicationFactory().organization, developer=True))
    assert "None yet" in text_of(stranger.get(LIST))
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"{page}act/", {"act": "next"}).status_code == 404
    billing = log_in(AccountFactory(organization=app.organization))
    assert (billing.get(LIST).status_code, billing.post(f"{page}act/").status_code) == (403, 403)
    for number in range(21):
        create_test_buyer(seller_id=app.organization_id, name=f"Buyer {number:02}")
    older = browser.get(LIST)
    assert "Nova" not in text_of(older)
    assert "Nova" in text_of(browser.get(f"{LIST}?before={older.context['older']}"))
    assert browser.get(f"{LIST}?before=nonsense").status_code == 200


@pytest.mark.django_db
def test_they_invite_nobody(app):
    made = create_test_buyer(seller_id=app.organization_id)
    browser = log_in(made.account)
    assert "Invite a colleague" not in text_of(browser.get("/account/members/"))
    assert browser.post("/account/members/", {"email": "ada@buyer.example"}).status_code == 404
    buyer = log_in(AccountFactory())
    assert "Invite a colleague" in text_of(buyer.get("/account/members/"))


@pytest.mark.django_db
def test_secrets_are_shown_once_and_refusals_stand_at_their_field(app, developer, settings):
    browser = log_in(developer)
    assert browser.post(LIST, {"name": "x", "test_card": "gold"}).status_code == 400
    page = browser.post(LIST, {"name": "Nova", "test_card": "approve"})["Location"]
    assert "Password of its account" in text_of(browser.get(page))
    assert "Password of its account" not in text_of(browser.get(page))
    assert browser.post(f"{page}act/", {"act": "token", "application": app.client_id}).status_code == 303
    assert "Access token, for an hour" in text_of(browser.get(page))
    for sent, status, words in (
        ({"act": "advance", "to": "2020-01-01T00:00"}, 409, "It must be later than"),
        ({"act": "advance", "to": "9999-12-31T23:59"}, 409, "It must be at most 2 years"),
        ({"act": "advance", "to": "tomorrow"}, 400, "Enter a valid date/time"),
        ({"act": "next"}, 409, "Nothing falls due for this test buyer"),
        ({"act": "card", "test_card": "gold"}, 400, "Select a valid choice"),
        ({"act": "token", "application": "x" * 32}, 400, "Select a valid choice"),
        ({**SUBSCRIBE, "application": app.client_id, "price_minor": "0.001"}, 400, "has 2 decimals"),
        ({**SUBSCRIBE, "application": app.client_id, "price_minor": "0"}, 409, "must be"),
    ):
        answer = browser.post(f"{page}act/", sent)
        assert answer.status_code == status, sent
        assert words in text_of(answer)
    assert browser.post(f"{page}act/", {"act": "explode"}).status_code == 404
    settings.PROCESSOR_CALLS_PER_CALLER = 0
    busy = browser.post(f"{page}act/", {"act": "next"})
    assert busy.status_code == 409
    assert "Too many requests wait" in text_of(busy)


@pytest.mark.django_db(transaction=True)
def test_a_year_is_seen_without_a_program(app, developer):
    browser = log_in(developer)
    page = browser.post(LIST, {"name": "", "test_card": "approve"})["Location"]
    sent = browser.post(f"{page}act/", {**SUBSCRIBE, "application": app.client_id})
    assert sent.status_code == 303, text_of(sent)
    browser.post(f"{page}act/", {"act": "next"})
    assert "Something fell due once" in text_of(browser.get(page))
    buyer = TestBuyer.objects.get()
    to = buyer.clock_at.replace(year=buyer.clock_at.year + 1, day=1)
    browser.post(f"{page}act/", {"act": "card", "test_card": "insufficient_funds"})
    browser.post(f"{page}act/", {"act": "next"})
    assert "Something fell due once" in text_of(browser.get(page))
    browser.post(f"{page}act/", {"act": "card", "test_card": "approve"})
    browser.post(f"{page}act/", {"act": "advance", "to": to.strftime("%Y-%m-%dT%H:%M")})
    words = text_of(browser.get(page))
    assert "A payment failed; the subscription is past due: Seats" in words
    assert Charge.objects.filter(status="success").count() == 12
