"""Pages that answer a button with a refusal: their other forms and links lead where they always do."""

import re

import pytest

from testmode.buyers import create_test_buyer
from tests.console.sellers import Seller
from tests.desk import log_in
from webhooks.endpoints import create_endpoint

pytestmark = pytest.mark.django_db
WITHOUT_ADDRESS = re.compile(r'<form(?![^>]* action=")[^>]*>|<form[^>]* action=""|href="\?')


@pytest.fixture
def seller():
    return Seller()


def leave(seller, browser):
    return browser.post("/console/members/leave/")


def remove_the_last_owner(seller, browser):
    return browser.post(f"/console/members/{seller.owner.public_id}/remove/")


def submit_what_is_approved(seller, browser):
    return browser.post(f"/console/applications/{seller.app.client_id}/submit/")


def try_an_endpoint_too_often(seller, browser):
    made = create_endpoint(application_id=seller.app.pk, url="https://seller.example/hooks").endpoint
    act = f"/console/applications/{seller.app.client_id}/webhooks/{made.public_id}/act/"
    return [browser.post(act, {"act": "test"}) for _ in range(6)][-1]


def replay_nonsense(seller, browser):
    made = create_endpoint(application_id=seller.app.pk, url="https://seller.example/hooks").endpoint
    return browser.post("/console/deliveries/replay/", {"endpoint": made.public_id, "since": "soon"})


def wait_for_nothing(seller, browser):
    buyer = create_test_buyer(seller_id=seller.organization.pk).buyer
    return browser.post(f"/console/test-buyers/{buyer.organization.public_id}/act/", {"act": "next"})


def refund_nonsense(seller, browser):
    return browser.post(f"/console/charges/{seller.sell().public_id}/refund/", {"amount": "x"})


@pytest.mark.parametrize(
    "press",
    [
        leave,
        remove_the_last_owner,
        submit_what_is_approved,
        try_an_endpoint_too_often,
        replay_nonsense,
        wait_for_nothing,
        refund_nonsense,
    ],
)
def test_every_form_has_an_address_of_its_own(seller, press):
    answer = press(seller, log_in(seller.owner))
    assert answer.status_code in (400, 409)
    assert WITHOUT_ADDRESS.findall(answer.content.decode()) == []
    assert 'name="next" value=""' in answer.content.decode()  # Another mode is shown from the first page on.


def test_who_cannot_leave_invites_somebody_from_that_page(seller):
    page = leave(seller, log_in(seller.owner)).content.decode()
    [address] = re.findall(
        r'<form method="post" action="([^"]+)">(?=(?:(?!</form>).)*name="email")', page, re.S
    )
    assert address == "/console/members/"
