"""A buyer accepts or declines a subscription."""

import pytest
from django.test import Client

from charges.models import Acceptance
from operations.factories import AccountFactory, CallerFactory, PaymentOptionFactory, SubscriptionFactory
from subscriptions.models import SubscriptionChange
from tests.desk import link, log_in, press, reload, sign_form, text_of

BACK = "https://seller.example/back"


@pytest.fixture
def subscription(desk):
    return SubscriptionFactory(caller=CallerFactory(account=desk.buyer, application=desk.app))


def send(browser, subscription, account, decision="accept", **headers):
    data = {"decision": decision, "token": sign_form(subscription, account)}
    return browser.post(link(subscription), data, headers=headers)


def test_accepting_records_the_consent_and_leads_back_with_the_id_alone(desk, subscription):
    answer = press(desk.browser, subscription, "accept", **{"User-Agent": "Browser/1.0"})
    assert (answer.status_code, answer["Location"]) == (303, f"{BACK}?id={subscription.public_id}")
    after = reload(subscription)
    assert (after.status, after.payment_option) == ("accepted", desk.card)
    consent = Acceptance.objects.get()
    assert (consent.subscription, consent.charge, consent.account) == (after, None, desk.buyer)
    assert (consent.terms_hash, consent.user_agent) == (after.terms_hash, "Browser/1.0")
    assert SubscriptionChange.objects.get().actor == f"page/account:{desk.buyer.public_id}"


def test_declining_leads_back_with_the_id_alone(desk, subscription):
    answer = press(desk.browser, subscription, "decline")
    assert (answer.status_code, answer["Location"]) == (303, f"{BACK}?id={subscription.public_id}")
    assert reload(subscription).status == "declined"
    assert not Acceptance.objects.exists()


def test_without_a_return_address_the_result_is_a_page_to_close(desk):
    subscription = SubscriptionFactory(
        caller=CallerFactory(account=desk.buyer, application=desk.app), return_url=""
    )
    answer = press(desk.browser, subscription, "accept")
    assert (answer.status_code, answer["Location"]) == (303, link(subscription))
    assert "You can close this window." in text_of(desk.browser.get(answer["Location"]))


def test_the_same_form_sent_twice_has_one_effect_and_the_same_answer(desk, subscription):
    answers = [send(desk.browser, subscription, desk.buyer) for _ in range(3)]
    assert {answer["Location"] for answer in answers} == {f"{BACK}?id={subscription.public_id}"}
    assert SubscriptionChange.objects.count() == Acceptance.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "second", "title"), [("accept", "decline", "Accepted"), ("decline", "accept", "Declined")]
)
def test_the_opposite_of_what_was_decided_shows_what_was_decided(desk, subscription, first, second, title):
    send(desk.browser, subscription, desk.buyer, first)
    answer = send(desk.browser, subscription, desk.buyer, second)
    assert answer.status_code == 409
    assert f"{title} Your organisation" in text_of(answer)


def test_other_terms_than_the_shown_ones_are_not_accepted(desk, subscription):
    subscription.trial_days = 7
    answer = send(desk.browser, subscription, desk.buyer)
    assert answer.status_code == 409
    assert "The terms have changed since you opened this page." in text_of(answer)
    assert b'value="accept"' in answer.content
    assert reload(subscription).status == "pending"


def test_a_token_made_for_a_direct_charge_is_refused(desk, subscription):
    data = {"decision": "accept", "token": sign_form(desk.charge, desk.buyer)}
    assert desk.browser.post(link(subscription), data).status_code == 400
    assert reload(subscription).status == "pending"


def test_a_foreign_form_is_refused(desk, subscription):
    assert send(desk.browser, subscription, desk.buyer, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert reload(subscription).status == "pending"


def test_without_a_card_one_can_only_decline(db):
    buyer = AccountFactory()
    subscription, browser = SubscriptionFactory(caller=CallerFactory(account=buyer)), log_in(buyer)
    page = browser.get(link(subscription))
    assert "Add a card to continue." in text_of(page)
    assert b'value="accept"' not in page.content
    assert press(browser, subscription, "accept").status_code == 409
    PaymentOptionFactory(organization=buyer.organization)
    assert press(browser, subscription, "accept").status_code == 303


def test_nobody_else_can_see_or_decide(desk, subscription):
    colleague = AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    for account, status in (
        (AccountFactory(), 404),
        (AccountFactory(organization=desk.app.organization), 404),
        (colleague, 403),
    ):
        browser = log_in(account)
        assert browser.get(link(subscription)).status_code == status
        assert send(browser, subscription, account).status_code == status
    assert reload(subscription).status == "pending"


def test_a_stranger_logs_in_and_comes_back_to_the_same_link(subscription):
    answer = Client().get(link(subscription))
    assert answer["Location"] == f"/login/?next=/%3Fid%3D{subscription.public_id}%26type%3Drecurrent_charge"


def test_logging_out_leads_back_to_the_same_link(desk, subscription):
    page = desk.browser.get(link(subscription)).content.decode()
    assert f'name="next" value="{link(subscription).replace("&", "&amp;")}"' in page


def test_inside_a_frame_there_is_only_a_link_to_a_new_window(desk, subscription):
    page = desk.browser.get(link(subscription), headers={"Sec-Fetch-Dest": "iframe"})
    assert f'href="{link(subscription).replace("&", "&amp;")}" target="_blank"' in page.content.decode()
    assert "frame-ancestors https://seller.example" in page["Content-Security-Policy"]
    assert "<form" not in page.content.decode()
    untyped = desk.browser.get(f"/?id={subscription.public_id}", headers={"Sec-Fetch-Dest": "iframe"})
    assert "frame-ancestors 'none'" in untyped["Content-Security-Policy"]


def test_the_page_has_the_headers_of_every_decision(desk, subscription):
    page = desk.browser.get(link(subscription))
    assert "form-action 'self' https://seller.example" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert (page["X-Frame-Options"], page["Cache-Control"]) == ("DENY", "no-store")
