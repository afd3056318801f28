"""Taking over a Billy database: the next payment falls on the same date, under the same ids and keys."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from charges.models import Charge
from core import clock
from core.billy_guids import write_guid
from core.sealing import unseal
from customers.credentials import open_processor_key
from customers.models import ApiKey, Customer, Merchant, Organization
from operations.rehearsal import run_billing
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.models import Plan, Subscription, SubscriptionChange
from tests.money import captures
from tests.operations.billy_dump import KEY, Dump
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
# After the third payment in Billy, before the fourth.
CUT_OVER = datetime(2027, 1, 5, tzinfo=UTC)
NEXT = datetime(2027, 1, 31, 10, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture
def dump(tmp_path):
    return Dump(tmp_path)


@pytest.fixture
def take_over(capsys):
    """Import a dump at an instant and return what was printed."""

    def run(dump, *options, at=CUT_OVER):
        with clock.travel_to(at):
            call_command("import_billy", str(dump.write()), "--commit", *options)
        return capsys.readouterr().out.splitlines()

    return run


def bill(until):
    with clock.travel_to(CUT_OVER):
        run_billing(until=until)


def dates_of(subscription):
    return [
        (charge.period, charge.due_at, charge.status) for charge in subscription.charges.order_by("period")
    ]


def everything():
    models = (Organization, Merchant, ApiKey, Customer, Plan, Subscription, SubscriptionChange)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_every_table_is_taken_over_and_the_books_are_sound(dump, take_over):
    assert take_over(dump) == [
        "company: 1 new, 0 already there, 0 refused",
        "customer: 1 new, 0 already there, 0 refused",
        "plan: 1 new, 0 already there, 0 refused",
        "subscription: 1 new, 0 already there, 0 refused",
        "transaction.csv is not there: whether Billy has finished all payments is not known",
        "Imported.",
    ]
    with clock.travel_to(CUT_OVER):
        assert_books_are_sound()
        call_command("verify")


def test_guids_stay_as_clients_know_them(dump, take_over):
    take_over(dump)
    assert write_guid("CP", Merchant.objects.get().public_id) == dump.company["guid"]
    assert write_guid("CU", Customer.objects.get().public_id) == dump.customer["guid"]
    assert write_guid("PL", Plan.objects.get().public_id) == dump.plan["guid"]
    assert write_guid("SU", Subscription.objects.get().public_id) == dump.subscription["guid"]


def test_the_next_payment_falls_on_the_date_that_billy_had(dump, take_over):
    take_over(dump)
    subscription = Subscription.objects.get()
    assert (subscription.period, subscription.due_at) == (3, NEXT)
    bill(NEXT - timedelta(microseconds=1))
    assert dates_of(subscription) == []
    bill(NEXT)
    assert dates_of(subscription) == [(3, NEXT, "success")]
    assert [amount for _, amount in captures()] == [1000]


def test_month_ends_go_on_from_the_day_it_started_on(dump, take_over):
    take_over(dump)
    bill(datetime(2027, 6, 1, tzinfo=UTC))
    dates = [due_at.date().isoformat() for _, due_at, _ in dates_of(Subscription.objects.get())]
    assert dates == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]
    with clock.travel_to(datetime(2027, 6, 1, tzinfo=UTC)):
        call_command("verify")


def test_only_periods_that_billy_has_not_billed_are_caught_up_with(dump, take_over):
    dump.subscription |= {"period": 1, "next_transaction_at": "2026-11-30 10:00:00.25"}
    lines = take_over(dump)
    assert "due at once: 2 periods, 20.00 USD to be charged as soon as they are there" in lines
    bill(CUT_OVER)
    assert [(period, status) for period, _, status in dates_of(Subscription.objects.get())] == [
        (1, "success"),
        (2, "success"),
    ]
    assert_books_are_sound()


def test_a_subscription_that_has_not_started_is_billed_from_its_start(dump, take_over):
    dump.subscription |= {"period": 0, "started_at": "2027-02-01T00:00:00"}
    dump.subscription |= {"next_transaction_at": "2027-02-01 00:00:00"}
    take_over(dump)
    start = datetime(2027, 2, 1, tzinfo=UTC)
    bill(start)
    assert dates_of(Subscription.objects.get()) == [(0, start, "success")]


@pytest.mark.parametrize(
    ("frequency", "interval", "period", "started", "following"),
    [
        (0, 10, 4, "2026-12-01 00:00:00", "2027-01-10 00:00:00"),
        ("daily", 1, 45, "2026-12-01 23:59:59.999999", "2027-01-15 23:59:59.999999"),
        (1, 2, 3, "2026-12-01 00:00:00", "2027-01-12 00:00:00"),
        ("monthly", 3, 5, "2025-11-30 00:00:00", "2027-02-28 00:00:00"),
        (3, 1, 3, "2024-02-29 12:00:00", "2027-02-28 12:00:00"),
        ("YEARLY", 4, 1, "2024-02-29 12:00:00", "2028-02-29 12:00:00"),
    ],
)
def test_every_frequency_goes_on_in_its_rhythm(
    dump, take_over, frequency, interval, period, started, following
):
    dump.plan |= {"frequency": frequency, "interval": interval}
    dump.subscription |= {"period": period, "started_at": started, "next_transaction_at": following}
    take_over(dump)
    due_at = datetime.fromisoformat(f"{following}+00:00")
    assert Subscription.objects.get().due_at == due_at
    bill(due_at)
    assert dates_of(Subscription.objects.get()) == [(period, due_at, "success")]
    assert_books_are_sound()


def test_what_it_costs_and_how_it_is_paid_and_retried_is_kept(dump, take_over, settings):
    settings.BILLY_MAXIMUM_RETRY = 4
    dump.add_subscription(amount=250, payment_uri="/v1/cards/fine")
    take_over(dump)
    usual, own = Subscription.objects.order_by("pk")
    assert (usual.price_minor, usual.has_own_price, usual.funding_source) == (1000, False, None)
    assert (own.price_minor, own.has_own_price, own.funding_source) == (250, True, "/v1/cards/fine")
    assert (own.retry_limit, own.waits_for_payment, own.catch_up_limit) == (4, False, None)
    bill(NEXT)
    assert sorted(amount for _, amount in captures()) == [250, 1000]
    assert Customer.objects.get().processor_reference == "/v1/customers/known"


def test_a_customer_that_the_processor_does_not_know_yet_is_made_known(dump, take_over):
    dump.customer["external_id"] = ""
    take_over(dump)
    assert Customer.objects.get().processor_reference is None
    bill(NEXT)
    assert Customer.objects.get().processor_reference.startswith("/v1/customers/")


def test_api_keys_still_open_and_processor_keys_still_work(dump, take_over, settings):
    settings.GRANT_PAYOUTS = False
    take_over(dump)
    key = ApiKey.objects.get()
    assert key.digest == hashlib.sha256(KEY.encode()).hexdigest()
    assert unseal(bytes(key.sealed_key), purpose="customers.api_key").decode() == KEY
    assert key.hint == KEY[:6]
    assert open_processor_key(bytes(key.merchant.sealed_processor_key)) == "processor-key"
    assert not key.merchant.may_pay_out


def test_keys_that_must_not_be_shown_are_kept_hashed_only(dump, take_over, settings):
    settings.BILLY_SHOW_API_KEYS = False
    take_over(dump)
    assert ApiKey.objects.get().sealed_key is None


def test_a_short_key_is_not_given_away_by_its_hint(dump, take_over):
    dump.company["api_key"] = "secret"
    take_over(dump)
    assert ApiKey.objects.get().hint == "s"


def test_a_company_is_named_and_may_be_closed(dump, take_over):
    dump.company |= {"name": "", "deleted": "true"}
    dump.add_company(name="Harbour Lane Dental")
    take_over(dump)
    closed, named = Merchant.objects.order_by("pk")
    assert (str(closed.organization), closed.is_active) == (f"Company {dump.company['guid']}", False)
    assert (str(named.organization), named.is_active) == ("Harbour Lane Dental", True)


def test_what_was_deleted_or_canceled_stays_so(dump, take_over):
    dump.customer["deleted"] = dump.plan["deleted"] = 1
    dump.add_subscription(canceled="t", canceled_at="2026-12-24 18:00:00")
    take_over(dump)
    written = datetime(2026, 11, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert Customer.objects.get().deleted_at == Plan.objects.get().deleted_at == written
    running, canceled = Subscription.objects.order_by("pk")
    assert (canceled.status, canceled.due_at, canceled.period) == ("cancelled", None, 3)
    assert canceled.cancelled_at == datetime(2026, 12, 24, 18, tzinfo=UTC)
    bill(NEXT)
    assert (len(dates_of(running)), dates_of(canceled)) == (1, [])
    assert_books_are_sound()


def test_what_was_paid_in_billy_is_not_refunded_from_here(dump, take_over):
    take_over(dump)
    with clock.travel_to(CUT_OVER):
        cancel_subscription(Subscription.objects.get().pk, actor="test", prorated_refund=True)
        assert_books_are_sound()
    assert Subscription.objects.get().status == "cancelled"
    assert not Charge.objects.exists()


def test_the_first_payment_here_can_be_refunded(dump, take_over):
    take_over(dump)
    bill(NEXT)
    with clock.travel_to(NEXT + timedelta(days=14)):
        cancel_subscription(Subscription.objects.get().pk, actor="test", prorated_refund=True)
        assert_books_are_sound()
    assert Charge.objects.get(kind="refund").total_minor == 500


def test_the_history_says_where_it_comes_from(dump, take_over):
    take_over(dump)
    change = SubscriptionChange.objects.get()
    assert (change.actor, change.reason) == (
        "system:import",
        "Taken over from Billy, which billed 3 periods of it.",
    )


def test_payouts_go_on_once_they_are_permitted(dump, take_over, settings):
    settings.GRANT_PAYOUTS = False
    dump.plan["plan_type"] = "payout"
    assert "companies whose payouts fail until the admin permits them: 1" in take_over(dump)
    Merchant.objects.update(may_pay_out=True, daily_payout_limit_minor=1000)
    bill(NEXT)
    (charge,) = Subscription.objects.get().charges.all()
    assert (charge.kind, charge.status) == ("disbursement", "success")
    assert_books_are_sound()


def test_a_dry_run_says_the_same_and_changes_nothing(dump, capsys):
    with clock.travel_to(CUT_OVER):
        call_command("import_billy", str(dump.write()))
    lines = capsys.readouterr().out.splitlines()
    assert lines[3] == "subscription: 1 new, 0 already there, 0 refused"
    assert lines[-1] == "A dry run: nothing was imported. Add --commit to import."
    assert everything() == [[]] * 7


def test_doing_it_twice_does_it_once(dump, take_over):
    take_over(dump)
    before = everything()
    assert take_over(dump)[:4] == [
        f"{name}: 0 new, 1 already there, 0 refused"
        for name in ("company", "customer", "plan", "subscription")
    ]
    assert everything() == before


def test_a_later_dump_brings_what_is_new(dump, take_over):
    take_over(dump)
    dump.add_subscription(customer_guid=dump.add_customer()["guid"])
    lines = take_over(dump)
    assert lines[1] == "customer: 1 new, 1 already there, 0 refused"
    assert lines[3] == "subscription: 1 new, 1 already there, 0 refused"


def test_more_rows_than_one_batch_are_taken_over(dump, take_over, monkeypatch):
    monkeypatch.setattr("operations.billy_import.run.BATCH", 2)
    for _ in range(4):
        dump.add_subscription(customer_guid=dump.add_customer()["guid"])
    take_over(dump)
    assert (Customer.objects.count(), Subscription.objects.count()) == (5, 5)
    assert_books_are_sound()


def test_finished_transactions_are_no_obstacle(dump, take_over):
    for status in ("done", 3, "canceled"):
        dump.add_transaction(status)
    assert take_over(dump)[-1] == "Imported."
    assert not Subscription.objects.get().charges.exists()


def test_open_transactions_are_lost_only_when_that_is_wanted(dump, take_over):
    dump.add_transaction("retrying")
    lines = take_over(dump, "--drop-open-transactions")
    assert "open transactions that will never be finished: 1" in lines
    assert Subscription.objects.exists()
