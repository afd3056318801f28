"""Decision forms that another site forged are refused."""

from datetime import timedelta

import pytest
from django.core import signing

from charges.models import StatusChange
from checkout.form_token import SIGNER
from core import clock
from operations.factories import AccountFactory, CallerFactory, ChargeFactory
from tests.desk import link, log_in, reload, sign_form, text_of


@pytest.fixture
def send(desk):
    """Send a decision on the desk's charge with this token."""

    def send(token, decision="accept", browser=None, **headers):
        data = {"decision": decision, "token": token}
        return (browser or desk.browser).post(link(desk.charge), data, headers=headers)

    yield send
    assert not StatusChange.objects.exists()
    assert reload(desk.charge).status == "pending"


def test_a_form_without_the_csrf_token_is_refused(desk, send):
    browser = log_in(desk.buyer, enforce_csrf_checks=True)
    answer = send(sign_form(desk.charge, desk.buyer), browser=browser)
    assert answer.status_code == 403
    assert "That did not come from our page" in text_of(answer)


def test_the_csrf_token_of_the_page_is_honoured(desk):
    browser = log_in(desk.buyer, enforce_csrf_checks=True)
    page = browser.get(link(desk.charge))
    data = {
        "decision": "accept",
        "token": page.context["page"].token,
        "csrfmiddlewaretoken": str(page.context["csrf_token"]),
    }
    assert browser.post(link(desk.charge), data).status_code == 303


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_a_form_of_another_origin_is_refused_even_with_both_tokens(desk, send, origin):
    browser = log_in(desk.buyer, enforce_csrf_checks=True)
    page = browser.get(link(desk.charge))
    data = {
        "decision": "accept",
        "token": page.context["page"].token,
        "csrfmiddlewaretoken": str(page.context["csrf_token"]),
    }
    answer = browser.post(link(desk.charge), data, headers={"Origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_a_form_that_the_browser_says_is_foreign_is_refused(desk, send, site):
    answer = send(sign_form(desk.charge, desk.buyer), **{"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert "That did not come from our page" in text_of(answer)


@pytest.mark.parametrize("token", ["", "x", "x:y", ":", "\x00", "a" * 2_000, "ä"])
def test_a_token_that_is_not_ours_shows_the_page_again(send, token):
    answer = send(token)
    assert answer.status_code == 400
    assert "Nothing was decided. Please use the form below." in text_of(answer)
    assert b'value="accept"' in answer.content


def test_a_token_signed_for_something_else_is_refused(desk, send):
    good = sign_form(desk.charge, desk.buyer)
    payload = SIGNER.unsign_object(good)
    assert send(signing.Signer(salt="other").sign_object(payload)).status_code == 400
    assert send(good[:-1] + ("A" if good[-1] != "A" else "B")).status_code == 400


def test_the_token_of_another_charge_is_refused(desk, send):
    other = ChargeFactory(caller=CallerFactory(account=desk.buyer, application=desk.app))
    assert send(sign_form(other, desk.buyer)).status_code == 400


def test_the_token_of_a_colleague_is_refused(desk, send):
    colleague = AccountFactory(organization=desk.buyer.organization)
    assert send(sign_form(desk.charge, colleague)).status_code == 400


@pytest.mark.parametrize("decision", ["", "Accept", "activate", "accept\x00", "delete"])
def test_an_unknown_decision_is_refused(desk, send, decision):
    assert send(sign_form(desk.charge, desk.buyer), decision).status_code == 400


def test_a_page_older_than_a_day_is_shown_again(desk, send):
    with clock.travel_to(clock.now() - timedelta(hours=24, seconds=1)):
        token = sign_form(desk.charge, desk.buyer)
    for decision in ("accept", "decline"):
        answer = send(token, decision)
        assert answer.status_code == 409
        assert "This page was open for more than a day." in text_of(answer)
        assert b'value="accept"' in answer.content


def test_a_page_younger_than_a_day_counts(desk):
    with clock.travel_to(clock.now() - timedelta(hours=23, minutes=59)):
        token = sign_form(desk.charge, desk.buyer)
    answer = desk.browser.post(link(desk.charge), {"decision": "decline", "token": token})
    assert answer.status_code == 303


def test_other_terms_than_the_shown_ones_are_not_accepted(desk, send):
    desk.charge.total_minor = 1
    answer = send(sign_form(desk.charge, desk.buyer))
    assert answer.status_code == 409
    assert "The terms have changed since you opened this page." in text_of(answer)
    assert b'value="accept"' in answer.content


def test_an_enormous_form_is_refused(desk, send):
    assert send("x" * 100_000).status_code == 413
