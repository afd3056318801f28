"""The demo tenants: found again, with credentials that work, and refused where they have no place."""

import json
import time

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory

from access.oauth.bearer_tokens import find_caller
from customers.models import Account, Application, Merchant, Organization, PaymentOption, ServiceUser
from operations.demo import STAFF, DemoRefused, load_demo
from operations.demo_closing import close_demo
from operations.docs_app import DOCS_CLIENT_ID
from operations.factories import PaymentOptionFactory
from operations.rehearsal import run_billing
from runner.single import tell_address
from subscriptions.models import Plan
from tests.operations.live_gateway import LIVE
from tests.service_users import basic
from tests.verification import assert_books_are_sound

KEYS = {
    "seller": ["organization_id", "email", "password", "client_id", "client_secret", "access_token"],
    "buyer": [
        "organization_id", "license_id", "account_id", "email", "password", "access_token", "confirm_token",
    ],
    "marketplace": ["client_id", "access_token"],
    "staff": ["username", "password"],
    "unibill": ["username", "password", "account_id", "plan_code"],
}  # fmt: skip
KEYS |= {"other_seller": KEYS["seller"], "other_buyer": KEYS["buyer"]}


SLOW_HASHER = "django.contrib.auth.hashers.PBKDF2PasswordHasher"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["access.hashers.MachineSecretHasher", SLOW_HASHER]


@pytest.fixture
def demo(db, quick_passwords):
    return load_demo()


def log_in(username, password):
    return authenticate(RequestFactory().post("/login/"), username=username, password=password)


def call(token, method, path, body=None):
    headers = {"Authorization": f"Bearer {token}"}
    return getattr(Client(), method)(path, body, content_type="application/json", headers=headers)


@pytest.mark.django_db
def test_the_command_prints_one_json_object_with_the_agreed_keys(capsys, settings, tmp_path):
    settings.RUNNING_AT = tmp_path / "base_url"
    call_command("demo", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed.pop("base_url") == "http://127.0.0.1:8000"
    assert {name: list(pairs) for name, pairs in printed.items()} == KEYS
    assert printed["unibill"]["plan_code"] == "standard_monthly"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_set", "told"), [(False, "http://127.0.0.1:8123"), (True, "http://127.0.0.1:8000")]
)
def test_it_tells_the_address_of_the_running_server_unless_one_is_set(
    capsys, settings, tmp_path, is_set, told
):
    settings.RUNNING_AT, settings.HAS_OWN_ADDRESS = tmp_path / "base_url", is_set
    with tell_address(settings.RUNNING_AT, "http://127.0.0.1:8123"):
        call_command("demo", "--json")
        assert json.loads(capsys.readouterr().out)["base_url"] == told
    call_command("demo", "--json")
    assert json.loads(capsys.readouterr().out)["base_url"] == "http://127.0.0.1:8000"


@pytest.mark.django_db
def test_without_json_the_credentials_are_lines(capsys):
    call_command("demo")
    assert f"  password: {STAFF['password']}\n" in capsys.readouterr().out


def test_every_log_in_works(demo):
    assert log_in(**demo["staff"]).is_staff
    for name in ("seller", "other_seller", "buyer", "other_buyer"):
        assert log_in(demo[name]["email"], demo[name]["password"]).account.has_billing_role


def test_tokens_are_of_the_agreed_apps_accounts_and_scopes(demo):
    seller, buyer, market = demo["seller"], demo["buyer"], demo["marketplace"]
    selling = {"billing_manage", "billing--all:rw", "ledger_read"}
    charging = {"billing_manage", "billing--all:rw"}
    for token, client, email, scopes in (
        (seller["access_token"], seller["client_id"], seller["email"], selling),
        (buyer["access_token"], seller["client_id"], buyer["email"], charging),
        (buyer["confirm_token"], market["client_id"], buyer["email"], charging),
    ):
        caller = find_caller(token)
        assert (caller.app.client_id, caller.email, caller.scopes) == (client, email, scopes)
    assert find_caller(buyer["confirm_token"]).app.first_party
    assert find_caller(market["access_token"]).is_admin


def test_the_references_have_a_public_client_that_leads_back_to_this_server(demo, settings):
    settings.BASE_URL = "http://127.0.0.1:8765"
    load_demo()
    app = Application.objects.get(client_id=DOCS_CLIENT_ID)
    assert (app.client_type, app.requires_pkce, app.first_party) == ("public", True, False)
    assert app.redirect_uris == "http://127.0.0.1:8765/docs/oauth2-redirect.html"


def test_the_client_secret_printed_is_the_one_stored(demo):
    for name in ("seller", "other_seller"):
        app = Application.objects.get(client_id=demo[name]["client_id"])
        assert check_password(demo[name]["client_secret"], app.client_secret)
        assert demo[name]["client_secret"] not in app.client_secret


def test_again_it_leaves_the_card_that_a_buyer_entered_at_another_processor(demo):
    buyer = Organization.objects.get(public_id=demo["buyer"]["organization_id"])
    entered = PaymentOptionFactory(organization=buyer, gateway="another")
    load_demo()
    assert PaymentOption.objects.get(organization=buyer, is_default=True) == entered


@pytest.mark.slow
def test_again_it_finds_the_same_tenants_and_both_tokens_work(demo):
    def count():
        models = (
            Organization,
            Account,
            Application,
            PaymentOption,
            get_user_model(),
            Merchant,
            ServiceUser,
            Plan,
        )
        return [model.objects.count() for model in models]

    before = count()
    again = load_demo()
    assert count() == before
    for name in ("seller", "buyer", "marketplace"):
        assert find_caller(demo[name].pop("access_token")) == find_caller(again[name].pop("access_token"))
    demo["buyer"].pop("confirm_token"), again["buyer"].pop("confirm_token")
    assert [demo[name] for name in ("seller", "buyer", "marketplace", "unibill")] == [
        again[name] for name in ("seller", "buyer", "marketplace", "unibill")
    ]


def test_again_it_is_quick_as_no_password_is_hashed(demo, settings):
    settings.PASSWORD_HASHERS = [SLOW_HASHER]
    started = time.process_time()
    load_demo()
    assert time.process_time() - started < 0.5


def test_every_demo_organisation_has_a_sandbox_card(demo):
    organizations = Organization.objects.count()
    assert PaymentOption.objects.filter(gateway="sandbox", is_default=True).count() == organizations == 5


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_tokens_run_the_whole_flow():
    demo = load_demo()
    buyer = demo["buyer"]
    body = {"name": "Reports", "price": 1_500, "quantity": 2, "return_url": "https://seller.example/thanks"}
    created = call(buyer["access_token"], "post", "/v1/direct_charge", body)
    assert created.status_code == 201, created.content
    path = f"/v1/direct_charge/{created.json()['id']}"
    assert call(buyer["confirm_token"], "put", f"{path}/accept").status_code == 200
    assert call(buyer["access_token"], "put", f"{path}/activate").status_code == 200
    run_billing()
    assert call(buyer["access_token"], "get", path).json()["status"] == "success"
    assert "2400" in call(demo["seller"]["access_token"], "get", "/v1/ledger/balance").content.decode()
    assert call(demo["other_buyer"]["access_token"], "get", path).status_code == 404
    assert_books_are_sound()


@pytest.mark.django_db(transaction=True)
def test_the_service_user_bills_a_customer_of_the_seller():
    demo = load_demo()
    login = demo["unibill"]
    client = Client(headers={"Authorization": basic(login["username"], login["password"])})

    def ask(method, path, **fields):
        response = client.generic(method, f"/api/v01/{path}", json.dumps(fields), "application/json")
        assert response.status_code == 200, response.content
        return response.json()

    plan = ask("GET", f"plans/*{login['plan_code']}")
    assert (plan["amount"], plan["billingCycleType"], str(plan["accountId"])) == (
        1999,
        "M",
        login["account_id"],
    )
    customer = ask("PUT", "customers", accountId=login["account_id"], firstName="Ann", lastName="Smith")
    at = f"customers/{customer['id']}"
    ask("PUT", f"{at}/subscriptions", planId=f"*{login['plan_code']}")
    paid = ask(
        "POST",
        f"{at}/transactions/~process",
        amount="1999",
        accountNumber="4111111111111111",
        accountAccessory="1235",
    )
    assert paid["type"] == "AP"
    assert "1999" in call(demo["seller"]["access_token"], "get", "/v1/ledger/balance").content.decode()
    assert_books_are_sound()


def test_it_is_refused_beside_a_live_gateway_whatever_one_says(db, settings):
    settings.GATEWAYS, settings.LIVE_GATEWAY, settings.ALLOW_DEMO = LIVE, "live", True
    with pytest.raises(DemoRefused, match="live gateway"):
        load_demo(force=True)
    assert not Organization.objects.exists()


def test_it_is_refused_on_an_address_that_others_can_reach(db, settings):
    settings.IS_LOCAL = False
    with pytest.raises(CommandError, match="--force or ALLOW_DEMO=1"):
        call_command("demo")
    assert not Organization.objects.exists()


def test_on_such_an_address_it_can_be_insisted_on(db, settings):
    settings.BASE_URL, settings.IS_LOCAL = "https://billing.example", False
    assert load_demo(force=True)["base_url"] == "https://billing.example"
    settings.ALLOW_DEMO = True
    assert load_demo()


def test_it_is_found_again_after_an_account_got_another_e_mail(demo):
    Account.objects.filter(email=demo["buyer"]["email"]).update(email="someone@else.example")
    assert load_demo()["buyer"]["account_id"] == demo["buyer"]["account_id"]


def list_open_doors(demo):
    app = Application.objects.get(client_id=demo["seller"]["client_id"])
    unibill = basic(demo["unibill"]["username"], demo["unibill"]["password"])
    return [
        log_in(demo["staff"]["username"], demo["staff"]["password"]) is not None,
        log_in(demo["buyer"]["email"], demo["buyer"]["password"]) is not None,
        check_password(demo["seller"]["client_secret"], app.client_secret),
        Client(headers={"Authorization": unibill}).get("/api/v01/plans").status_code == 200,
    ]


def test_a_closed_demo_opens_nothing_until_it_is_loaded_again(demo):
    assert list_open_doors(demo) == [True] * 4
    assert {"staff", demo["buyer"]["email"], "Demo Seller app", "api-demo"} <= set(close_demo())
    assert list_open_doors(demo) == [False] * 4
    assert close_demo() == []
    load_demo()
    assert list_open_doors(demo) == [True] * 4


def test_a_password_that_somebody_chose_outlives_the_demo(demo):
    staff = get_user_model().objects.get(username="staff")
    staff.set_password("my own long password")
    staff.save()
    close_demo()
    load_demo()
    assert log_in("staff", "my own long password") == staff
