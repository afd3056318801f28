"""Programs with a user name and a password: how they are made and recognised."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import CommandError, call_command
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from access import service_users
from access.service_users import (
    create_service_user,
    find_merchant_of_user,
    find_service_user,
    recall_service_user,
    renew_password,
)
from core.errors import InvalidField
from customers.errors import NotAuthenticated, UnknownMerchant
from customers.models import Merchant, ServiceUser
from operations.factories import MerchantFactory, ServiceUserFactory
from tests import hashers
from tests.service_users import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_a_user_without_a_password_of_its_own_gets_a_long_one_which_is_not_kept(settings):
    settings.PASSWORD_HASHERS = hashers.OF_THE_SERVER
    user, password = create_service_user(username="api-shop", merchants=[MerchantFactory()])
    assert len(password) == 32
    assert find_service_user("api-shop", password, address="192.0.2.7") == user
    assert password not in user.password
    assert user.password.startswith("pbkdf2_sha256$1")


def test_a_chosen_password_is_slow_to_guess_too(settings):
    settings.PASSWORD_HASHERS = hashers.OF_THE_SERVER
    user, password = create_service_user(username="api-shop", merchants=[], password="chosen-by-a-person")
    assert password == "chosen-by-a-person"
    assert user.password.startswith("pbkdf2_sha256$1")


@pytest.mark.parametrize("name", ["shop", "api-", "API-shop", "api-a b", "api-a:b", "api-" + "a" * 61, ""])
def test_a_name_begins_with_api_and_has_no_letters_that_a_header_cannot_carry(name):
    with pytest.raises(InvalidField) as refusal:
        create_service_user(username=name, merchants=[])
    assert refusal.value.field == "username"
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        ServiceUser.objects.create(username=name, password="x")


def test_a_name_is_given_once():
    merchant = MerchantFactory()
    ServiceUserFactory(username="api-shop", merchants=[merchant])
    with pytest.raises(InvalidField, match="taken"):
        create_service_user(username="api-shop", merchants=[])
    assert ServiceUser.objects.get().list_merchants().get() == merchant


def test_a_short_password_is_refused():
    with pytest.raises(InvalidField) as refusal:
        create_service_user(username="api-shop", merchants=[], password="elevenchars")
    assert refusal.value.field == "password"
    assert not ServiceUser.objects.exists()


@pytest.mark.parametrize(
    ("username", "password"),
    [("api-shop", "wrong"), ("api-shop", ""), ("api-shop", PASSWORD + " "), ("api-other", PASSWORD)],
)
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(username, password):
    ServiceUserFactory(username="api-shop")
    with pytest.raises(NotAuthenticated, match="user name or the password"):
        find_service_user(username, password, address="192.0.2.7")


def test_an_unknown_name_takes_as_much_hashing_as_a_known_one(monkeypatch):
    create_service_user(username="api-shop", merchants=[])
    hashed = []
    stretch = PBKDF2PasswordHasher.encode
    monkeypatch.setattr(
        PBKDF2PasswordHasher,
        "encode",
        lambda self, password, salt, iterations=None: (
            hashed.append(iterations or self.iterations) or stretch(self, password, salt, iterations)
        ),
    )
    for username in ("api-shop", "api-nobody"):
        with pytest.raises(NotAuthenticated):
            find_service_user(username, "wrong", address="192.0.2.7")
    assert len(hashed) == 2
    assert hashed[0] == hashed[1]


def test_a_verified_password_is_remembered_and_no_other():
    user = ServiceUserFactory(username="api-shop")
    assert recall_service_user("api-shop", PASSWORD) is None
    find_service_user("api-shop", PASSWORD, address="192.0.2.7")
    assert recall_service_user("api-shop", PASSWORD) == user
    assert recall_service_user("api-shop", "wrong") is None
    assert recall_service_user("api-other", PASSWORD) is None


def test_recalling_takes_one_query_and_no_hashing(monkeypatch):
    ServiceUserFactory(username="api-shop")
    find_service_user("api-shop", PASSWORD, address="192.0.2.7")
    monkeypatch.setattr(service_users, "check_password", None)
    monkeypatch.setattr(service_users, "make_password", None)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        recall_service_user("api-shop", PASSWORD)
    assert len(queries) == 1


def test_a_new_password_ends_the_old_one_at_once():
    ServiceUserFactory(username="api-shop")
    find_service_user("api-shop", PASSWORD, address="192.0.2.7")
    new = renew_password(username="api-shop")
    assert recall_service_user("api-shop", PASSWORD) is None
    assert find_service_user("api-shop", new, address="192.0.2.7").username == "api-shop"
    with pytest.raises(InvalidField):
        renew_password(username="api-other")


def test_a_user_that_is_switched_off_is_out_at_once():
    user = ServiceUserFactory(username="api-shop")
    find_service_user("api-shop", PASSWORD, address="192.0.2.7")
    ServiceUser.objects.filter(pk=user.pk).update(is_active=False)
    assert recall_service_user("api-shop", PASSWORD) is None
    with pytest.raises(NotAuthenticated):
        find_service_user("api-shop", PASSWORD, address="192.0.2.7")


def test_a_user_reaches_its_own_active_merchant_accounts_by_number():
    mine, other, closed, foreign = (MerchantFactory(is_active=active) for active in (True, True, False, True))
    user = ServiceUserFactory(username="api-shop", merchants=[mine, other, closed])
    assert set(user.list_merchants()) == {mine, other}
    assert find_merchant_of_user(user, other.account_number) == other
    for merchant in (closed, foreign):
        with pytest.raises(UnknownMerchant):
            find_merchant_of_user(user, merchant.account_number)


def test_account_numbers_begin_at_2001_and_are_never_the_same():
    numbers = [MerchantFactory().account_number for _ in range(3)]
    assert min(numbers) >= 2001
    assert len(set(numbers)) == 3
    assert numbers == sorted(numbers)


def test_the_command_makes_a_user_and_prints_its_password_once(capsys):
    first, second = MerchantFactory(), MerchantFactory()
    accounts = [f"--account={merchant.account_number}" for merchant in (first, second)]
    call_command("service_user", "api-shop", *accounts)
    password = capsys.readouterr().out.strip()
    assert set(find_service_user("api-shop", password, address="192.0.2.7").list_merchants()) == {
        first,
        second,
    }


def test_the_command_gives_a_new_password(capsys):
    ServiceUserFactory(username="api-shop")
    call_command("service_user", "api-shop", "--new-password")
    assert find_service_user("api-shop", capsys.readouterr().out.strip(), address="192.0.2.7")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("api-shop",), "required"),
        (("api-shop", "--account=1"), "no merchant account 1"),
        (("shop", "--account={number}"), "username must be"),
        (("api-nobody", "--new-password"), "username is unknown"),
    ],
)
def test_the_command_says_what_is_wrong_and_makes_nothing(words, reason):
    number = MerchantFactory().account_number
    with pytest.raises(CommandError, match=reason):
        call_command("service_user", *(word.format(number=number) for word in words))
    assert not ServiceUser.objects.exists()
    assert Merchant.objects.count() == 1
