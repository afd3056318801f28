"""A buyer takes an acceptance back before the seller activates."""

import uuid

import pytest
from django.test import Client

from charges.models import StatusChange
from charges.requests.direct import activate_charge
from core.local_formats import write_instant
from operations.factories import AccountFactory, CallerFactory, ChargeFactory
from tests.desk import link, log_in, reload, subscription_at, text_of


def way_out(purchase) -> str:
    kind = "recurrent_charge" if "recurrent" in link(purchase) else "direct_charge"
    return f"/account/{kind}/{purchase.public_id}/withdraw/"


@pytest.fixture
def caller(desk):
    return CallerFactory(account=desk.buyer, application=desk.app)


@pytest.fixture
def charge(caller):
    return ChargeFactory(caller=caller, name="Templates", accepted=True)


@pytest.fixture(params=["direct", "recurrent"])
def purchase(request, caller):
    if request.param == "direct":
        return ChargeFactory(caller=caller, name="Templates", accepted=True)
    return subscription_at("accepted", caller, name="Templates")


def test_the_account_page_lists_it_and_leads_there(desk, purchase):
    page = desk.browser.get("/account/")
    text = text_of(page)
    assert "Accepted, not activated yet" in text
    assert "Templates Report Builder, accepted" in text
    assert f"Ends by itself after {purchase.holds_until:%-d %B %Y} Withdraw Templates" in text
    assert f'href="{way_out(purchase)}"' in page.content.decode()


def test_the_page_says_what_ends_and_looking_ends_nothing(desk, charge):
    page = desk.browser.get(way_out(charge))
    text = text_of(page)
    assert "Withdraw Templates?" in text
    assert "Harbour Lane Dental accepted to pay $2.00 for it on" in text
    assert "It was not activated yet, and nothing was charged." in text
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert reload(charge).status == "accepted"


def test_a_subscription_is_named_by_its_price_and_period(desk, caller):
    subscription = subscription_at("accepted", caller)
    assert "accepted to pay $19.00 every month for it" in text_of(desk.browser.get(way_out(subscription)))


def test_pressing_takes_it_back_and_shows_so(desk, purchase):
    answer = desk.browser.post(way_out(purchase))
    assert (answer.status_code, answer["Location"]) == (303, link(purchase))
    assert reload(purchase).status == "declined"
    text = text_of(desk.browser.get(link(purchase)))
    assert "Withdrawn Your organisation accepted this and withdrew on" in text
    assert "Back to Report Builder" in text
    assert "Templates" not in text_of(desk.browser.get("/account/"))


def test_pressing_twice_takes_it_back_once(desk, charge):
    answers = [desk.browser.post(way_out(charge)) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {link(charge)}
    assert StatusChange.objects.filter(to_status="declined").count() == 1


def test_who_is_later_than_the_seller_sees_what_is_so(desk, charge):
    activate_charge(charge.pk, actor="app")
    for answer in (desk.browser.get(way_out(charge)), desk.browser.post(way_out(charge))):
        assert (answer.status_code, answer["Location"]) == (303, link(charge))
    assert reload(charge).status == "processed"


def test_what_lapsed_is_said_to_have_and_is_not_listed(desk, caller):
    subscription = subscription_at("lapsed", caller, name="Templates")
    assert "Templates" not in text_of(desk.browser.get("/account/"))
    assert "Acceptance expired" in text_of(desk.browser.get(link(subscription)))
    assert desk.browser.post(way_out(subscription))["Location"] == link(subscription)
    assert reload(subscription).status == "accepted"


def test_the_page_of_what_is_accepted_says_until_when_and_leads_there(desk, purchase):
    page = desk.browser.get(link(purchase))
    until = " ".join(write_instant(purchase.holds_until).split())
    assert f"by {until}, your acceptance expires" in text_of(page)
    assert f'href="{way_out(purchase)}"' in page.content.decode()


def test_only_a_colleague_with_the_billing_role_may(desk, charge):
    member = AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    for account, status in ((member, 403), (AccountFactory(), 404)):
        for method in ("get", "post"):
            answer = getattr(log_in(account), method)(way_out(charge))
            assert answer.status_code == status
            assert "Templates" not in text_of(answer)
    assert Client().post(way_out(charge))["Location"].startswith("/login/?next=/account/direct_charge/")
    assert reload(charge).status == "accepted"


def test_unknown_ones_are_unknown(desk, charge):
    for path in (
        f"/account/direct_charge/{uuid.uuid4()}/withdraw/",
        f"/account/recurrent_charge/{charge.public_id}/withdraw/",
        f"/account/refund/{charge.public_id}/withdraw/",
        "/account/direct_charge/x/withdraw/",
    ):
        assert desk.browser.post(path).status_code == 404


def test_a_foreign_form_takes_nothing_back(desk, charge):
    strict = log_in(desk.buyer, enforce_csrf_checks=True)
    assert strict.post(way_out(charge)).status_code == 403
    answer = desk.browser.post(way_out(charge), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert reload(charge).status == "accepted"
    assert desk.browser.put(way_out(charge)).status_code == 405
