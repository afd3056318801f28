"""Who may call: service users with their name and password, and nobody for ever guessing."""

import base64
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.models import LogInCounter
from access.service_users import create_service_user
from core import clock
from customers.models import ServiceUser
from operations.factories import AccountFactory, ApplicationFactory, CustomerFactory, MerchantFactory
from tests.service_users import basic
from tests.tokens import issue_test_token

pytestmark = [pytest.mark.urls("tests.dialects.unibill.desk"), pytest.mark.django_db]
PATH = "/api/v01/customers"


def call(authorization=None, path=PATH, **headers):
    named = {} if authorization is None else {"Authorization": authorization}
    return Client(headers=named | headers).get(path)


def encode(text):
    return "Basic " + base64.b64encode(text).decode()


def assert_refused(response):
    assert (response.status_code, response.json()["failureCode"]) == (401, "L01")
    assert response["WWW-Authenticate"] == 'Basic realm="billing"'
    assert set(response.json()) == {"failureCode", "message"}


def test_name_and_password_let_in(user):
    assert call(basic()).status_code == 200
    assert call(basic().replace("Basic", "bAsIc")).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic YQ",
        encode(b"api-shop"),
        encode(b"api-shop:"),
        encode(b"api-shop:wrong"),
        encode(b"api-shop:a-password-of-tests\0"),
        encode(b"api-shop\0:a-password-of-tests"),
        encode(b"API-SHOP:a-password-of-tests"),
        encode(b" api-shop:a-password-of-tests"),
        encode(b"shop:a-password-of-tests"),
        encode(b":"),
        encode(b"\xff:\xfe"),
        encode(b"api-shop:" + b"x" * 3000),
        basic().replace("Basic", "Bearer"),
        basic() + "x",
        basic().removeprefix("Basic "),
    ],
)
def test_anything_else_does_not(user, authorization):
    assert_refused(call(authorization))


def test_a_password_may_contain_colons_and_other_letters(merchant):
    create_service_user(username="api-other", merchants=[merchant], password="é:ü: a password :")
    assert call(basic("api-other", "é:ü: a password :")).status_code == 200
    assert_refused(call(basic("api-other", "é:ü")))


def test_a_token_of_another_dialect_does_not(user):
    assert_refused(call(f"Bearer {issue_test_token(AccountFactory(), ApplicationFactory())}"))


def test_a_password_in_the_query_does_not(user):
    assert_refused(call(path=f"{PATH}?username=api-shop&password=a-password-of-tests"))


def test_who_is_calling_comes_before_everything_else(user):
    for path in ("/api/v01/customers?limit=x", "/api/v01/customers/1"):
        assert_refused(call(path=path))
    assert Client().delete(PATH).status_code == 401


def test_a_call_costs_one_query_for_who_is_calling(user, client):
    client.get(PATH)
    with CaptureQueriesContext(connection) as queries:
        client.get(PATH)
    assert len(queries) == 2  # The user, and the list.


def test_a_user_sees_what_belongs_to_its_merchant_accounts(client, merchant, user):
    other, foreign = MerchantFactory(), MerchantFactory()
    user.merchants.add(other)
    mine = [CustomerFactory(merchant=each) for each in (merchant, other)]
    theirs = CustomerFactory(merchant=foreign)
    assert [each["id"] for each in client.get(PATH).json()] == [each.pk for each in mine]
    response = client.get(f"{PATH}/{theirs.pk}")
    assert (response.status_code, response.json()["failureCode"]) == (404, "V02")
    said = {"accountId": foreign.account_number, "firstName": "John"}
    response = client.put(PATH, said, content_type="application/json")
    assert (response.status_code, response.json()["failureCode"]) == (400, "V03")


def guess(times, username="api-shop", **extra):
    """Wrong passwords, each after its wait; return the statuses and the instant of the last."""
    now, statuses = clock.now(), []
    for _ in range(times):
        now += timedelta(seconds=65)
        with clock.travel_to(now):
            client = Client(headers={"Authorization": basic(username, "wrong")}, **extra)
            statuses.append(client.get(PATH).status_code)
    return statuses, now


def test_ten_wrong_passwords_lock_out_for_a_while(user):
    statuses, last = guess(12)
    assert statuses == [401] * 10 + [429] * 2
    with clock.travel_to(last):
        response = call(basic())
        assert (response.status_code, response.json()["failureCode"]) == (429, "L03")
        assert int(response["Retry-After"]) > 1500
    with clock.travel_to(last + timedelta(minutes=31)):
        assert call(basic()).status_code == 200


def test_a_program_is_not_locked_out_where_it_has_logged_in(user):
    assert call(basic()).status_code == 200
    _, last = guess(11, REMOTE_ADDR="192.0.2.7")
    caches["verified"].clear()
    with clock.travel_to(last):
        assert call(basic()).status_code == 200
        caches["verified"].clear()
        away = Client(headers={"Authorization": basic()}, REMOTE_ADDR="198.51.100.9")
        assert away.get(PATH).status_code == 429


def test_names_that_nobody_has_are_locked_out_like_others(db):
    assert guess(12, "api-nobody")[0] == [401] * 10 + [429] * 2


def test_many_first_calls_at_once_are_all_let_in(user):
    assert [call(basic()).status_code for _ in range(12)] == [200] * 12


def test_nothing_that_was_sent_is_kept_of_a_failed_attempt(user):
    secretive = Client(headers={"Authorization": basic(password="wrong-secret"), "Cookie": "c=cookie-secret"})
    path = f"{PATH}/1/transactions/~process?note=query-secret"
    secretive.post(path, "accountNumber=4111111111111111&csc=987", "application/x-www-form-urlencoded")
    kept = str(list(LogInCounter.objects.values()))
    assert "api-shop" in kept
    for secret in ("4111", "987", "wrong-secret", "query-secret", "cookie-secret"):
        assert secret not in kept


def test_a_user_that_is_switched_off_is_out_at_once(user, client):
    assert client.get(PATH).status_code == 200
    ServiceUser.objects.update(is_active=False)
    assert_refused(client.get(PATH))


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_cannot_use_a_password_that_the_browser_remembers(user, site):
    response = call(basic(), **{"Sec-Fetch-Site": site})
    assert (response.status_code, response.json()["failureCode"]) == (403, "L02")


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_an_address_that_a_person_typed_is_answered(user, site):
    assert call(basic(), **{"Sec-Fetch-Site": site}).status_code == 200
