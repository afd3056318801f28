"""The table of sessions does not tell anybody's cookie."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from access.sessions import SessionStore, hash_key
from core import clock
from operations.factories import AccountFactory
from tests.desk import log_in

pytestmark = pytest.mark.django_db


def cookie_of(browser: Client) -> str:
    return browser.cookies["session"].value


def test_a_row_has_the_hash_of_the_key_and_not_the_key():
    browser = log_in(AccountFactory())
    row = Session.objects.get()
    assert row.session_key == hash_key(cookie_of(browser))
    assert cookie_of(browser) not in f"{row.session_key} {row.session_data}"
    assert browser.get("/account/").status_code == 200


def test_what_the_row_tells_opens_nothing():
    log_in(AccountFactory())
    thief = Client()
    thief.cookies["session"] = Session.objects.get().session_key
    assert thief.get("/account/").status_code == 302


def test_a_session_of_before_the_upgrade_has_ended():
    """Its row has the key as it is in the cookie."""
    browser = log_in(AccountFactory())
    Session.objects.update(session_key=cookie_of(browser))
    assert browser.get("/account/").status_code == 302


def test_logging_out_and_in_again_leaves_one_row_each_time():
    account = AccountFactory()
    browser = log_in(account)
    first = cookie_of(browser)
    browser.post("/logout/")
    assert not Session.objects.filter(session_key=hash_key(first)).exists()
    browser.force_login(account.user)
    assert cookie_of(browser) != first
    assert browser.get("/account/").status_code == 200


def test_a_key_is_made_kept_and_forgotten_as_in_djangos_own_store():
    store = SessionStore()
    store["colour"] = "blue"
    store.save()
    assert SessionStore(store.session_key)["colour"] == "blue"
    assert store.exists(store.session_key)
    assert not store.exists(hash_key(store.session_key))
    store.cycle_key()
    assert SessionStore(store.session_key)["colour"] == "blue"
    assert Session.objects.count() == 1
    SessionStore(store.session_key).delete()
    assert not SessionStore(store.session_key).exists(store.session_key)
    SessionStore().delete()


def test_the_command_of_django_removes_what_has_expired():
    log_in(AccountFactory()), log_in(AccountFactory())
    Session.objects.filter(pk=Session.objects.first().pk).update(
        expire_date=clock.now() - timedelta(seconds=1)
    )
    call_command("clearsessions")
    assert Session.objects.count() == 1
