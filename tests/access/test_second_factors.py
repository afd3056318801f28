"""New second factors wait an hour and are told of; the last passkey stays, whatever happens at once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail as outbox

from access.models import AuthenticatorApp, Passkey
from access.second_factors.factors import add_app as add_app_by_code
from access.second_factors.factors import find_wait, seal_secret, take_factors_away
from access.second_factors.mails import Change, mail_of_factors
from access.second_factors.recovery import make_codes
from access.tasks import mail_factor_changed
from core import clock
from operations.factories import AccountFactory, UserFactory
from tests.backoffice.second_factors import (
    CHECK,
    OWN,
    add_app,
    browse,
    code_of,
    lines_of,
    log_in,
    person,
    words,
)
from tests.money import run_at_once

pytestmark = pytest.mark.django_db
RATES = "/admin/taxes/taxrate/add/"


@pytest.fixture(autouse=True)
def required(settings):
    settings.STAFF_SECOND_FACTOR = "money"


@pytest.fixture
def anna():
    return person("anna", "add_taxrate", "view_taxrate", email="anna@staff.example")


def test_a_new_first_factor_moves_no_money_for_an_hour(anna):
    secret = add_app(anna, ago=timedelta(minutes=50))
    browser = log_in(anna, secret)
    shown = browser.get(RATES, follow=True)
    assert shown.redirect_chain == [(OWN, 302)]
    assert "Your second factor is new: you can do this from" in words(shown)
    assert "It is new: it moves no money before" in words(shown)
    assert browser.get("/admin/").status_code == 200
    with clock.travel_to(clock.now() + timedelta(minutes=11)):
        assert browser.get(RATES).status_code == 200


def test_another_factor_and_another_app_do_not_wait_once_the_first_one_has(anna):
    add_app(anna)
    Passkey.objects.create(user=anna, name="new", credential_id=b"1", credential=b"x")
    assert find_wait(anna) is None
    secret = b"0" * 20
    add_app_by_code(anna, sealed=seal_secret(secret), code=code_of(secret))
    assert find_wait(anna) is None
    Passkey.objects.all().delete()
    AuthenticatorApp.objects.all().delete()
    add_app(anna, ago=timedelta(0))
    assert find_wait(anna) > clock.now() + timedelta(minutes=59)


def test_the_superuser_who_begins_an_installation_does_not_wait(anna):
    root = UserFactory(username="root", superuser=True)
    browser = log_in(root, add_app(root, ago=timedelta(0)))
    assert browser.get(RATES).status_code == 200
    add_app(anna)
    assert browser.get(RATES).url == OWN


def test_where_nobody_is_asked_nobody_waits(anna, settings):
    settings.STAFF_SECOND_FACTOR = "off"
    assert log_in(anna, add_app(anna, ago=timedelta(0))).get(RATES).status_code == 200


def test_who_waits_takes_away_a_passkey_and_makes_codes(anna):
    browser = log_in(anna, add_app(anna, ago=timedelta(0)))
    key = Passkey.objects.create(user=anna, name="blue", credential_id=b"1", credential=b"x")
    assert len(browser.post(OWN, {"codes": "new"}).context["codes"]) == 10
    assert browser.post(OWN, {"passkey": str(key.pk)}).url == OWN
    assert not Passkey.objects.exists()
    assert lines_of(anna)[-1] == "second factor taken away: passkey blue"


@pytest.mark.django_db(transaction=True)
def test_of_two_passkeys_taken_away_at_once_one_stays(anna):
    keys = [
        Passkey.objects.create(user=anna, name=f"k{n}", credential_id=bytes([n]), credential=b"x")
        for n in (1, 2)
    ]
    codes, browsers = make_codes(anna), [browse(anna), browse(anna)]
    for browser, code in zip(browsers, codes, strict=False):
        assert browser.post(CHECK, {"code": code}).status_code == 302
    run_at_once(
        *(lambda b=b, k=k: b.post(OWN, {"passkey": str(k.pk)}) for b, k in zip(browsers, keys, strict=True))
    )
    assert Passkey.objects.count() == 1


@pytest.mark.parametrize("nonsense", ["0", "9" * 18, "٣"])
def test_a_passkey_that_is_not_there_is_not_taken_away(anna, nonsense):
    Passkey.objects.create(user=person("other"), name="k", credential_id=b"1", credential=b"x")
    assert log_in(anna, add_app(anna)).post(OWN, {"passkey": nonsense}).url == OWN
    assert Passkey.objects.count() == 1


def test_each_change_is_told_after_it_is_kept(anna, django_capture_on_commit_callbacks):
    secret, other = b"0" * 20, person("other")
    with django_capture_on_commit_callbacks() as queued:
        add_app_by_code(anna, sealed=seal_secret(secret), code=code_of(secret))
        key = Passkey.objects.create(user=anna, name="k", credential_id=b"1", credential=b"x")
        browser = browse(anna)
        browser.post(CHECK, {"code": code_of(secret, 1)})
        browser.post(OWN, {"passkey": str(key.pk)})
        take_factors_away(other.pk)
    assert len(queued) == 3


def test_the_person_and_those_who_administer_staff_are_mailed(anna):
    root = UserFactory(superuser=True, email="root@staff.example")
    boss = person("boss", email="boss@staff.example")
    boss.groups.add(Group.objects.get(name="Administrator"))
    gone = UserFactory(superuser=True, email="gone@staff.example", is_active=False)
    silent = UserFactory(superuser=True, email="")
    clerk, buyer = person("clerk", email="clerk@staff.example"), AccountFactory()
    assert {gone, silent, clerk, buyer.user, root}
    mail_factor_changed(anna.pk, Change.ADDED.value)
    sent = {message.to[0]: message for message in outbox.outbox}
    assert {*sent} == {"anna@staff.example", "root@staff.example", "boss@staff.example"}
    assert "change your password at once" in sent["anna@staff.example"].body
    assert sent["boss@staff.example"].subject == "The second factor of anna was changed"


def test_who_has_no_address_is_not_mailed(anna):
    anna.email = ""
    anna.save()
    mail_of_factors(anna.pk, Change.RESET)
    assert outbox.outbox == []
