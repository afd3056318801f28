"""Logging in by a mailed link, and setting a new password by one."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections, transaction
from django.test import Client

from access.log_in_links import Purpose, find_link, make_token, use_log_in_link
from access.log_in_rules import LINKS_OF_A_NAME, LINKS_OF_AN_ADDRESS
from access.models import LogInCounter
from access.oauth.access_tokens import issue_token
from access.tasks import mail_access_link
from core import clock
from customers.models import TestBuyer
from operations.factories import AccountFactory, ApplicationFactory, UserFactory
from testmode.buyers import create_test_buyer
from tests.access.oauth import flow
from tests.desk import log_in, text_of
from tests.money import run_at_once

OLD, NEW = "the-old-password", "another-password"
NAME = "dana@buyer.example"
PAGES = {"reset": "/login/reset/", "log_in": "/login/by-link/"}
ASK = {"reset": "/login/forgot/", "log_in": "/login/link/"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def person():
    return AccountFactory(email=NAME, user__username=NAME, user__email=NAME, user__password=OLD)


@pytest.fixture
def ask(django_capture_on_commit_callbacks):
    """Ask for a link as a browser does; return the page, and the paths of the links that were mailed."""

    def ask(purpose: str, name: str = NAME, **said):
        before = len(mail.outbox)
        address = said.pop("address", "203.0.113.7")
        with django_capture_on_commit_callbacks() as queued:
            page = Client().post(ASK[purpose], {"username": name, **said}, REMOTE_ADDR=address)
        if queued:
            typed = name.replace("\0", "").strip().lower()
            mail_access_link(purpose, typed, said.get("next", ""))
        return page, [re.search(r"http://[^/]+(/\S+)", sent.body)[1] for sent in mail.outbox[before:]]

    return ask


def is_logged_in(browser: Client) -> bool:
    return browser.get("/account/").status_code == 200


@pytest.mark.parametrize("purpose", PAGES)
def test_the_answer_is_alike_for_each_name_and_only_owners_are_mailed(ask, purpose):
    UserFactory(username="root", email="root@buyer.example", staff=True)
    UserFactory(username="no.account@buyer.example", email="no.account@buyer.example")
    known, links = ask(purpose, "DANA@buyer.example ")
    assert links[0].startswith(PAGES[purpose])
    assert mail.outbox[0].to == [NAME]
    for name in ("nobody@buyer.example", "root", "no.account@buyer.example", "", "\0"):
        unknown, links = ask(purpose, name)
        assert (unknown.status_code, text_of(unknown), links) == (known.status_code, text_of(known), [])


def test_a_link_logs_in_once_when_the_button_is_pressed_and_not_when_it_is_opened(ask):
    _, [path] = ask("log_in", next="/account/cards/")
    scanner, browser, late = Client(), Client(), Client()
    assert "You log in on this device as dana@buyer.example" in text_of(scanner.get(path))
    assert not is_logged_in(scanner)
    answer = browser.post(path)
    assert (answer.status_code, answer["Location"]) == (303, "/account/cards/")
    assert is_logged_in(browser)
    assert "device" in browser.cookies
    for page in (late.post(path), late.get(path)):
        assert page.status_code == 410
        assert "This link has ended" in text_of(page)
    assert not is_logged_in(late)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_a_link_leads_nowhere_else(ask, target):
    _, [path] = ask("log_in", next=target)
    assert Client().post(path)["Location"] == "/account/"


def test_a_link_leads_to_what_no_header_could_hold(ask):
    _, [path] = ask("log_in", next="/account/\nSet-Cookie: ł=1")
    assert Client().post(path)["Location"] == "/account/%0ASet-Cookie:%20%C5%82=1"


@pytest.mark.parametrize(("purpose", "minutes"), [("log_in", 15), ("reset", 30)])
def test_a_link_ends_with_its_time_with_another_log_in_and_for_another_purpose(ask, person, purpose, minutes):
    _, [path] = ask(purpose)
    with clock.travel_to(clock.now() + timedelta(minutes=minutes, seconds=1)):
        assert Client().get(path).status_code == 410
    assert Client().get(path).status_code == 200
    other = next(page for name, page in PAGES.items() if name != purpose)
    assert Client().get(path.replace(PAGES[purpose], other)).status_code == 410
    assert Client().post("/login/", {"username": NAME, "password": OLD}).status_code == 302
    assert Client().get(path).status_code == 410
    for token in ("", "x", "a:b:c"):
        assert Client().post(f"{PAGES[purpose]}?token={token}").status_code == 410


def test_a_new_password_ends_all_else_and_logs_in(ask, person):
    elsewhere, token = log_in(person), flow.get_tokens(flow.ClientFactory(), person)
    _, [path] = ask("reset")
    browser = Client()
    bad = browser.post(path, {"new_password1": "short", "new_password2": "short"})
    assert bad.status_code == 400
    assert "at least 12 characters" in text_of(bad)
    assert not is_logged_in(browser)
    assert browser.post(path, {"new_password1": NEW, "new_password2": NEW}).status_code == 303
    assert [is_logged_in(each) for each in (browser, elsewhere)] == [True, False]
    assert flow.refresh(flow.ClientFactory(), token["refresh_token"]).status_code in (400, 401)
    person.user.refresh_from_db()
    assert person.user.check_password(NEW)
    assert Client().post(path, {"new_password1": OLD, "new_password2": OLD}).status_code == 410


def test_one_name_gets_five_links_an_hour_and_asking_on_locks_nobody_out_for_longer(ask):
    now = clock.now()
    got = []
    for minute in range(0, 60, 6):
        with clock.travel_to(now + timedelta(minutes=minute)):
            got += ask("log_in", address=f"203.0.113.{minute}")[1]
    assert len(got) == LINKS_OF_A_NAME
    with clock.travel_to(now + timedelta(minutes=61)):
        assert len(ask("log_in")[1]) == 1


def test_one_address_asks_for_twenty_links_an_hour_whatever_the_names(ask):
    statuses = [ask("reset", f"{n}@buyer.example")[0].status_code for n in range(LINKS_OF_AN_ADDRESS + 1)]
    assert statuses == [200] * LINKS_OF_AN_ADDRESS + [429]
    page, _ = ask("reset")
    assert "Too many links were asked for" in text_of(page)
    assert page["Retry-After"] == "3600"
    assert len(ask("reset", address="203.0.113.8")[1]) == 1


def test_a_link_opens_a_closed_log_in(ask):
    LogInCounter.objects.create(kind="name", subject=NAME, failures=10)
    _, [path] = ask("log_in")
    assert Client().post(path).status_code == 303
    assert LogInCounter.objects.get(kind="name").failures == 0


def test_a_person_who_was_switched_off_gets_no_link_and_uses_none(ask, person):
    _, [path] = ask("log_in")
    person.user.is_active = False
    person.user.save()
    assert Client().post(path).status_code == 410
    assert ask("log_in")[1] == []


def test_the_log_in_leads_to_both(db):
    markup = Client().get("/login/?next=/account/cards/").content.decode()
    assert 'href="/login/forgot/"' in markup
    assert 'href="/login/link/?next=/account/cards/"' in markup
    for path in ASK.values():
        assert Client().get(path).status_code == 200


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_token_is_issued_as_soon_as_a_link_in_use_is_done(person):
    """Both lock the account first, so one waits for the other and neither for ever."""
    account, app = person, flow.ClientFactory()

    def issue() -> str:
        try:
            return issue_token(account, app, "billing_manage")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert find_link(Purpose.RESET, make_token(Purpose.RESET, account.user), lock=True)
            token = pool.submit(issue)
        assert isinstance(token.result(timeout=10), str)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_that_use_a_link_at_once_one_gets_in(person):
    token = make_token(Purpose.LOG_IN, person.user)
    links = run_at_once(*[lambda: use_log_in_link(token)] * 4)
    assert sorted(link is not None for link in links) == [False, False, False, True]


def test_neither_limits_nor_links_go_by_the_clock_of_a_test_buyer(person):
    buyer = create_test_buyer(seller_id=ApplicationFactory().organization_id).buyer
    browser = log_in(buyer.organization.accounts.get())
    TestBuyer.objects.update(clock_at=clock.now() + timedelta(days=365))
    browser.post(ASK["reset"], {"username": NAME})
    assert not LogInCounter.objects.filter(last_try_at__gt=clock.now()).exists()
    with clock.travel_to(clock.now() - timedelta(days=1)):
        behind = create_test_buyer(seller_id=buyer.seller_id).buyer
        ended = make_token(Purpose.RESET, person.user)
    pages = [
        who.get(PAGES["reset"], {"token": ended})
        for who in (Client(), log_in(behind.organization.accounts.get()))
    ]
    assert pages[0].templates[0].name == pages[1].templates[0].name
