"""An installation that was made before the packages were restructured is migrated, sound, and goes on."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from charges.models import Charge
from core import clock
from invoicing.issue import issue_papers
from subscriptions.models import Subscription
from tests.migrations.old_data import (
    A_MONTH_LATER,
    count_rows,
    installation,
    load_dump,
    scratch_database,
)
from tests.service_users import basic

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
# Their rows are made by Django, out of what the code declares.
# Roles of staff are made, beside what an installation has.
GROWING = {"django_migrations", "django_content_type", "auth_permission"}
GROWING |= {"auth_group", "auth_group_permissions"}

BUYER, SELLER, OTHER_SELLER = (
    {"Authorization": f"Bearer made-up-token-of-{name}"}
    for name in ("gamma", "the-seller", "the-other-seller")
)
API_KEY = "made-up-api-key-of-the-first-company"
COMPANY = {"Authorization": basic(API_KEY, "")}
GYM = {"Authorization": basic("api-gym")}
MONTHLY = "/v3/recurrent_charge/livechat/0198ff91-c5ec-7277-b3fe-1e504a97f0f5"
TRIAL = "/v3/recurrent_charge/livechat/01a125af-30db-727e-921e-aee35da7e81f"


@pytest.fixture(scope="module")
def migrated(django_db_setup, django_db_blocker) -> Iterator[tuple[str, dict[str, int]]]:
    """The name of the migrated database, and how many rows its tables had before."""
    own = settings.DATABASES["default"]["NAME"]
    with django_db_blocker.unblock(), scratch_database(f"{own}_old") as name:
        load_dump(name)
        with installation(name):
            before = count_rows()
            call_command("migrate", verbosity=0, interactive=False)
            call_command("rebuild_balances", stdout=StringIO())
        yield name, before


@pytest.fixture
def old(migrated) -> Iterator[dict[str, int]]:
    """The migrated installation, anew for each test; what it gives is how many rows the dump has."""
    name, before = migrated
    with scratch_database(f"{name}_copy", template=name) as copy, installation(copy):
        yield before


def get(path: str, headers: dict[str, str]):
    response = Client(headers=headers).get(path)
    assert response.status_code == 200, response.content
    return response.json()


def next_charge(path: str) -> tuple[str, str]:
    shown = get(path, BUYER)
    return shown["status"], shown["next_charge_at"]


def assert_sound() -> None:
    said = StringIO()
    try:
        call_command("verify", stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())


def test_no_row_is_lost(old):
    now = count_rows()
    kept = {name: count for name, count in old.items() if name not in GROWING and not name.startswith("axes_")}
    # What its merchants collected on accounts of their own is taken out of the books: four pots.
    kept["ledger_ledgertransaction"] += 4
    kept["ledger_ledgerentry"] += 8
    assert {name: now.get(name) for name in kept} == kept
    assert [name for name in now if name.startswith("axes_")] == []  # Dropped with django-axes.


@pytest.mark.night  # Two apps go back by many migrations and forth again.
def test_who_has_made_the_indexes_of_own_clocks_before_ends_with_the_same(old):
    """charges.0025 and subscriptions.0016 once made them by other names, while their tables were closed."""
    indexes = list_indexes()
    for app, before in (("charges", "0031"), ("subscriptions", "0017")):
        call_command("migrate", app, before, verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        for name, table, rows in (
            ("charge_due", "charges_charge (collect_at)", "collect_at IS NOT NULL AND NOT has_own_clock"),
            ("charges_of_test_buyers", "charges_charge (buyer_id, collect_at)", "has_own_clock"),
            ("sub_of_test_buyers", "subscriptions_subscription (buyer_id, due_at)", "has_own_clock"),
        ):
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
            cursor.execute(f"CREATE INDEX {name} ON {table} WHERE {rows}")
    call_command("migrate", verbosity=0, interactive=False)
    assert list_indexes() == indexes


def list_indexes() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
        return [definition for (definition,) in cursor.fetchall()]


def test_every_invariant_holds(old):
    assert_sound()


def test_balances_are_what_they_were(old):
    balances = [get("/v2/ledger/livechat/balance", who)["balance"] for who in (SELLER, OTHER_SELLER)]
    assert balances == [1623_21, 352_72]
    members = {code: get(f"/api/v01/customers/*{code}", GYM)["balance"] for code in ("ann", "bob", "hal")}
    assert members == {"ann": 0, "bob": -4_50, "hal": -167_92}


def test_subscriptions_are_billed_next_when_they_would_have_been(old):
    assert next_charge(MONTHLY) == ("active", "2026-11-30T10:00:00Z")
    assert next_charge(TRIAL) == ("active", "2026-12-09T12:00:00Z")
    assert get("/api/v01/customers/*dan/subscriptions/*dan1", GYM)["nextBillingDate"] == "2027-01-15"


def test_what_was_accepted_and_not_activated_holds_from_its_decision(old):
    for model in (Charge, Subscription):
        accepted = model.objects.filter(status="accepted").order_by("pk")
        assert [each.holds_until - each.decided_at for each in accepted] == [timedelta(days=30)] * 2
        assert not model.objects.exclude(status="accepted").filter(holds_until__isnull=False).exists()


def test_what_was_sealed_opens(old):
    assert get("/v1/companies/CPCXgN8YwXkmPyXieuyTAs5", COMPANY)["api_key"] == API_KEY


def test_a_request_that_is_repeated_after_the_upgrade_has_no_second_effect(old):
    asked = {
        "name": "Asked for twice",
        "price": 300,
        "quantity": 1,
        "return_url": "https://seller.example/back",
    }
    response = Client(headers=BUYER | {"Idempotency-Key": "made-up-key-of-a-charge"}).post(
        "/v2/direct_charge/livechat", json.dumps(asked), content_type="application/json"
    )
    assert (response.status_code, response.headers["Idempotent-Replayed"]) == (201, "true")
    assert response.json()["id"] == "01a1f8d3-00be-7b91-8715-a527df62ad8b"


def test_billing_goes_on(old):
    call_command("bill", as_of=A_MONTH_LATER.isoformat(), stdout=StringIO())
    while issue_papers():
        pass
    with clock.travel_to(A_MONTH_LATER):
        assert_sound()
        assert next_charge(MONTHLY) == ("active", "2026-12-31T10:00:00Z")
        assert next_charge(TRIAL) == ("active", "2027-01-09T12:00:00Z")
        assert get("/v2/ledger/livechat/balance", SELLER)["balance"] == 1800_01
