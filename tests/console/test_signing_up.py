"""A seller signs up: the address is proved by a mailed link, and who has to say yes says so."""

from datetime import timedelta

import pytest
from django.test import Client

from access.log_in_rules import FREE_SIGN_UPS_OF_AN_ADDRESS
from access.models import SignUp
from access.sign_ups import approve_sign_up, purge_sign_ups, refuse_sign_up
from core import clock
from customers.errors import SignUpDecided
from customers.models import Account, MemberChange, Organization
from operations.factories import AccountFactory
from tests.console.desk import fetch_mails, find_link
from tests.desk import text_of

pytestmark = pytest.mark.django_db
PAGE, SENT = "/console/sign-up/", "/console/sign-up/sent/"
SAID = {
    "organization_name": "Paper Kites Ltd",
    "country": "NL",
    "email": "Kim@Seller.example",
    "password": "a kite in the wind",
}


@pytest.fixture(autouse=True)
def _open(settings):
    settings.SELLER_SIGN_UP = "open"


def sign_up(browser, **changes):
    return browser.post(PAGE, SAID | changes)


def test_a_form_of_another_site_signs_nobody_up(client):
    assert client.post(PAGE, SAID, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not SignUp.objects.exists()


def test_the_whole_way_where_sign_up_is_open(client):
    assert client.get(PAGE).status_code == 200
    answer = sign_up(client)
    assert (answer.status_code, answer["Location"]) == (303, SENT)
    [message] = fetch_mails()
    assert message.to == ["kim@seller.example"]
    link = find_link(message)
    assert Account.objects.count() == 0
    assert "kim@seller.example signs up Paper Kites Ltd" in text_of(client.get(link))
    assert Account.objects.count() == 0, "a GET must change nothing"
    assert "You are in" in text_of(client.post(link))
    account = Account.objects.get()
    assert (account.email, account.organization.name, account.organization.country) == (
        "kim@seller.example",
        "Paper Kites Ltd",
        "NL",
    )
    assert (account.is_owner, account.is_developer, account.has_billing_role) == (True, True, True)
    assert MemberChange.objects.get().after == ["owner", "billing", "developer"]
    assert "You are in" in text_of(client.post(link)), "a second time changes nothing"
    assert Organization.objects.count() == 1
    assert client.login(username="kim@seller.example", password=SAID["password"])
    assert "Make an application" in text_of(client.get("/console/"))
    assert SignUp.objects.get().password == ""


@pytest.mark.parametrize(("rule", "leads"), [("open", True), ("approval", True), ("invitation", False)])
def test_the_first_page_and_the_log_in_lead_sellers_there(client, settings, rule, leads):
    settings.SELLER_SIGN_UP = rule
    as_browser = {"Accept": "text/html"}
    pages = {
        path: client.get(path, headers=as_browser).content.decode()
        for path in ("/", "/login/?next=/console/", "/login/")
    }
    assert 'href="/console/"' in pages["/"]
    assert [f'href="{PAGE}"' in page for page in pages.values()] == [leads, leads, False]


@pytest.mark.parametrize("stays_here", [True, False])
def test_where_mails_stay_on_this_machine_the_mailbox_is_one_click_away(client, settings, stays_here):
    settings.HAS_MAILBOX = stays_here
    assert ('href="/mailbox/"' in client.get(SENT).content.decode()) == stays_here


def test_an_address_with_an_account_is_not_told_apart_but_by_its_mail(client):
    AccountFactory(email="kim@seller.example")
    known, unknown = sign_up(client), sign_up(Client(), email="other@seller.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    to_known, to_unknown = fetch_mails()
    assert "has an account already" in to_known.body
    assert find_link(to_known) == "/login/"
    assert "/console/sign-up/confirm/" in find_link(to_unknown)


def test_another_browser_needs_the_password(client):
    sign_up(client)
    [message] = fetch_mails()
    link, other = find_link(message), Client()
    assert "tell us the password" in text_of(other.get(link))
    assert other.post(link, {"password": "not this one"}).status_code == 400
    assert Account.objects.count() == 0
    assert other.post(link, {"password": SAID["password"]}).status_code == 200
    assert Account.objects.count() == 1


def test_approval_by_the_marketplace(client, settings):
    settings.SELLER_SIGN_UP = "approval"
    sign_up(client)
    link = find_link(fetch_mails()[0])
    assert "The marketplace looks at each sign-up" in text_of(client.post(link))
    waiting = SignUp.objects.get()
    approve_sign_up(waiting.pk, actor="staff:ann")
    with pytest.raises(SignUpDecided):
        refuse_sign_up(waiting.pk, actor="staff:bea", reason="too late")
    assert Account.objects.get().organization.name == "Paper Kites Ltd"
    [message] = fetch_mails()
    assert (message.subject, find_link(message)) == ("Welcome: you can sell now", "/console/")


def test_a_refusal_is_mailed_with_its_reason(client, settings):
    settings.SELLER_SIGN_UP = "approval"
    sign_up(client)
    link = find_link(fetch_mails()[0])
    client.post(link)
    refuse_sign_up(SignUp.objects.get().pk, actor="staff:ann", reason="We know no such company.")
    assert "We know no such company." in fetch_mails()[0].body
    assert client.get(link).status_code == 410
    assert Account.objects.count() == 0


@pytest.mark.parametrize("mode", ["invitation", "closed"])
def test_nobody_signs_up_where_that_is_closed(client, settings, mode):
    settings.SELLER_SIGN_UP = mode
    assert client.get(PAGE).status_code == 403
    assert sign_up(client).status_code == 403
    assert SignUp.objects.count() == 0


@pytest.mark.parametrize("mode", ["invitation", "closed"])
def test_a_link_from_before_sign_up_was_closed_lets_nobody_in(client, settings, mode):
    sign_up(client)
    link = find_link(fetch_mails()[0])
    settings.SELLER_SIGN_UP = mode
    assert client.post(link).status_code == 403
    assert (SignUp.objects.get().status, Account.objects.count()) == ("mailed", 0)


def test_links_end_and_others_open_nothing(client):
    sign_up(client)
    link = find_link(fetch_mails()[0])
    for other in (link + "x", PAGE + "confirm/", PAGE + "confirm/?token=a:b:c"):
        assert client.get(other).status_code == 410
    with clock.travel_to(clock.now() + timedelta(hours=25)):
        assert client.post(link).status_code == 410
    with clock.travel_to(clock.now() + timedelta(days=8)):
        assert purge_sign_ups() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "short"}, "at least 12 characters"),
        ({"email": "nobody"}, "valid email"),
        ({"country": "XX"}, "valid choice"),
        ({"organization_name": "\u202e"}, "must"),
        ({"organization_name": ""}, "required"),
        ({"password": "x" * 2000}, "at most 1000"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(client, changes, words):
    answer = sign_up(client, **changes)
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert SignUp.objects.count() == 0


def test_many_sign_ups_are_slowed_and_mail_no_stranger_more_than_three_times(client):
    for _ in range(FREE_SIGN_UPS_OF_AN_ADDRESS + 1):
        assert sign_up(client).status_code == 303
    refused = sign_up(client)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) >= 1
    assert len(fetch_mails()) == 3
