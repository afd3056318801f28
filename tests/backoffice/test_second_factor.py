"""Second factors of staff: adding them, being asked for them, and what does not work without."""

import base64
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from access.models import AuthenticatorApp, OpenSession, RecoveryCode
from access.second_factors.recovery import make_codes
from approvals.models import Approval
from charges.models import Charge
from core import clock
from operations.factories import UserFactory
from tests.backoffice.second_factors import (
    ADD,
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
from tests.charges.refunds.asking import paid
from tests.money import run_at_once

pytestmark = pytest.mark.django_db
LIST = "/admin/charges/charge/"


@pytest.fixture(autouse=True)
def required(settings):
    settings.STAFF_SECOND_FACTOR = "money"


@pytest.fixture
def anna():
    return person("anna", "view_charge", "refund_charge")


def detour(page, wanted):
    return f"{page}?{urlencode({'next': wanted})}"


def refund_page(charge):
    return f"/admin/charges/charge/{charge.pk}/refund/"


@pytest.mark.slow
def test_an_app_is_added_by_its_first_code_and_brings_recovery_codes_once(anna):
    here, elsewhere = browse(anna), browse(anna)
    shown = here.get(ADD)
    secret = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", shown.content.decode())[1]
    assert b"data:image/svg+xml" in shown.content
    assert "wrong" in words(here.post(ADD, {"code": "000000"}))
    assert not AuthenticatorApp.objects.exists()
    done = here.post(ADD, {"code": code_of(base64.b32decode(secret.replace(" ", "")))})
    assert len(done.context["codes"]) == 10 == RecoveryCode.objects.count()
    assert bytes(AuthenticatorApp.objects.get().sealed_secret) != base64.b32decode(secret.replace(" ", ""))
    for code in done.context["codes"]:
        assert not RecoveryCode.objects.filter(digest__contains=code.replace("-", "")).exists()
    assert here.get(LIST).status_code == 200
    assert elsewhere.get(LIST).url.startswith("/admin/login/")
    assert OpenSession.objects.filter(user=anna).count() == 1
    assert "second factor added: authenticator app" in lines_of(anna)


def test_who_has_one_sees_nothing_before_it_is_given(anna):
    secret, browser = add_app(anna), browse(anna)
    for page in (LIST, "/admin/", OWN, ADD, "/admin/password_change/", "/admin/time-zone/", "/admin/roles/"):
        assert browser.get(page).url == detour(CHECK, page)
    asked = browser.post(f"{CHECK}?next={LIST}", {"code": code_of(secret)})
    assert asked.url == LIST
    assert browser.get(LIST).status_code == 200
    assert lines_of(anna)[-1] == "second factor given: a code of the authenticator app"


@pytest.mark.slow
def test_a_code_is_good_once_and_for_a_minute_and_a_half(anna):
    secret = add_app(anna)
    used = code_of(secret)
    assert browse(anna).post(CHECK, {"code": used}).status_code == 302
    for code in (used, code_of(secret, -1), code_of(secret, -2), code_of(secret, 2), "", "x", "٣" * 6):
        assert browse(anna).post(CHECK, {"code": code}).status_code in (200, 429)
        browse(anna).post(CHECK, {"code": code})
    with clock.travel_to(clock.now() + timedelta(minutes=31)):
        assert browse(anna).post(CHECK, {"code": code_of(secret, 1)}).status_code == 302


@pytest.mark.slow
def test_after_ten_wrong_codes_even_the_right_one_waits_half_an_hour(anna):
    secret = add_app(anna)
    start = clock.now()
    for number in range(10):
        with clock.travel_to(start + timedelta(minutes=2 * number)):
            assert browse(anna).post(CHECK, {"code": "000000"}).status_code == 200
    with clock.travel_to(start + timedelta(minutes=19)):
        refused = browse(anna).post(CHECK, {"code": code_of(secret)})
        assert refused.status_code == 429
        assert "too many" in words(refused)
    assert [line for line in lines_of(anna) if "wrong code" in line] == [
        "wrong code, given from 127.0.0.1"
    ] * 10
    with clock.travel_to(start + timedelta(minutes=49)):
        assert browse(anna).post(CHECK, {"code": code_of(secret)}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_one_code_given_in_two_browsers_at_once_one_is_let_in(anna):
    secret = add_app(anna)
    browsers, code = [browse(anna), browse(anna)], code_of(secret)
    answers = run_at_once(*(lambda each=each: each.post(CHECK, {"code": code}) for each in browsers))
    assert sorted(answer.status_code for answer in answers) == [200, 302]


def test_a_recovery_code_opens_once_in_any_spelling(anna):
    add_app(anna)
    first, second, *_ = make_codes(anna)
    assert browse(anna).post(CHECK, {"code": first.upper().replace("-", " ")}).status_code == 302
    assert browse(anna).post(CHECK, {"code": first}).status_code == 200
    assert browse(anna).post(CHECK, {"code": second}).status_code == 302
    other = person("other")
    add_app(other)
    assert browse(other).post(CHECK, {"code": make_codes(anna)[0]}).status_code == 200


def test_without_a_second_factor_one_looks_and_moves_no_money(anna):
    charge, browser = paid(10_000), browse(anna)
    assert browser.get(LIST).status_code == 200
    for answer in (
        browser.get(refund_page(charge)),
        browser.post(refund_page(charge), {"amount": "1.00", "reason": "x"}),
    ):
        assert answer.url == detour(OWN, refund_page(charge))
    assert not Charge.objects.filter(kind="refund").exists()


@pytest.mark.parametrize(
    "page",
    [
        *("payouts/payoutaccount/add", "payouts/payoutbatch/add", "payouts/bankreport/add"),
        *("ledger/correction/add", "taxes/taxrate/add", "auth/user/add", "auth/group/add"),
        *("customers/account/add", "customers/application/add", "customers/organization/add"),
    ],
)
def test_without_a_second_factor_a_superuser_fills_in_no_such_form(page):
    browser, address = browse(UserFactory(username="root", superuser=True)), f"/admin/{page}/"
    assert [ask(address).url for ask in (browser.get, browser.post)] == [detour(OWN, address)] * 2


def test_without_a_second_factor_nobody_gives_another_person_a_password(anna):
    address = f"/admin/auth/user/{anna.pk}/password/"
    before = anna.password
    said = {"password1": "a kite in the wind", "password2": "a kite in the wind"}
    assert browse(UserFactory(username="root", superuser=True)).post(address, said).url == detour(
        OWN, address
    )
    anna.refresh_from_db()
    assert anna.password == before


@pytest.mark.slow
def test_before_money_moves_the_second_factor_is_asked_for_anew(anna):
    charge, secret = paid(10_000), add_app(anna)
    browser, said = log_in(anna, secret), {"amount": "1.00", "reason": "Broken."}
    seen = browser.post(refund_page(charge), said)
    with clock.travel_to(clock.now() + timedelta(minutes=14, seconds=50)):
        browser.get(LIST)
    with clock.travel_to(clock.now() + timedelta(minutes=16)):
        late = browser.post(refund_page(charge), said | {"confirmed": seen.context["confirmed"]})
        assert late.url == detour(CHECK, refund_page(charge))
        assert not Charge.objects.filter(kind="refund").exists()
        assert browser.get(LIST).status_code == 200
        assert browser.post(late.url, {"code": code_of(secret)}).url == refund_page(charge)
        browser.post(refund_page(charge), said | {"confirmed": seen.context["confirmed"]})
    assert Charge.objects.filter(kind="refund").exists()


def test_where_everybody_needs_one_who_has_none_adds_one_first(anna, settings):
    settings.STAFF_SECOND_FACTOR = "all"
    browser = browse(anna)
    assert browser.get(LIST).url == detour(OWN, LIST)
    for page in (OWN, ADD):
        assert browser.get(page).status_code == 200
    secret = add_app(anna)
    assert log_in(anna, secret).get(LIST).status_code == 200


def test_where_nobody_is_asked_the_password_does(anna, settings):
    settings.STAFF_SECOND_FACTOR = "off"
    assert browse(anna).get(refund_page(paid(10_000))).status_code == 200
    add_app(anna)
    assert browse(anna).get(LIST).url.startswith(CHECK)


@pytest.mark.parametrize(
    "wanted",
    [
        *("https://evil.example/admin/", "//evil.example", "/\\evil.example/admin/", " /admin/"),
        *("/account/", "javascript:x", "/adminevil/", "https:/admin/"),
    ],
)
def test_the_way_on_leads_to_pages_of_the_admin_alone(anna, wanted):
    secret = add_app(anna)
    answer = browse(anna).post(f"{CHECK}?next={wanted}", {"code": code_of(secret)})
    assert answer.url == "/admin/"


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer", ["x", "[]", "{}", '{"id": 1}', '{"id": "\\u0000", "rawId": "", "response": {}}']
)
def test_a_nonsense_passkey_is_refused(anna, answer, settings):
    settings.BASE_URL = "https://billing.example"
    add_app(anna)
    browser = browse(anna)
    for _ in range(2):
        browser.get(CHECK)
        assert browser.post(CHECK, {"answer": answer}).status_code == 200
        assert browser.get(LIST).url.startswith(CHECK)
    other = browse(person("other"))
    other.get("/admin/your-log-in/passkey/")
    refused = other.post("/admin/your-log-in/passkey/", {"name": "key", "answer": answer})
    assert "not accepted" in words(refused)


def test_a_session_under_another_key_goes_on_after_the_second_factor(anna):
    secret, browser = add_app(anna), browse(anna)
    before = browser.cookies["session"].value
    browser.post(CHECK, {"code": code_of(secret)})
    assert browser.cookies["session"].value != before
    stolen = Client()
    stolen.cookies["session"] = before
    assert stolen.get(LIST).url.startswith("/admin/login/")


def test_new_codes_and_other_apps_are_for_who_has_given_one_lately(anna):
    secret = add_app(anna)
    make_codes(anna)
    browser = log_in(anna, secret)
    made = browser.post(OWN, {"codes": "new"})
    assert len(made.context["codes"]) == 10
    with clock.travel_to(clock.now() + timedelta(minutes=14)):
        browser.get(LIST)
    with clock.travel_to(clock.now() + timedelta(minutes=16)):
        for page, said in (
            (OWN, {"codes": "new"}),
            (ADD, {"code": "1"}),
            (OWN, {"passkey": "1"}),
            ("/admin/your-log-in/passkey/", {"name": "key", "answer": "{}"}),
        ):
            assert browser.post(page, said).url.startswith(CHECK)
    assert not Approval.objects.exists()
