"""A merchant charges a customer once: collected exactly once, declined for good, given back."""

from contextvars import copy_context
from datetime import timedelta
from functools import partial

import pytest

from charges.collection.single import collect_charge
from charges.collection.sweeps import collect_due_charges, resolve_due_attempts
from charges.errors import ChargeNotFound, RefundedAlready, WrongState
from charges.models import AttemptState, Charge, ChargeStatus
from charges.requests.customer import charge_customer, refund_customer_charge
from core import clock
from core.errors import InvalidField
from customers.credentials import seal_processor_key
from customers.models import Customer, Merchant
from customers.payment_options import change_customer_option
from gateway.sandbox import REVOKED_CREDENTIAL
from ledger.models import LedgerTransaction
from operations.factories import ChargeFactory, CustomerFactory, PaymentOptionFactory
from tests.money import captures, fetch, run_at_once, seller_balance
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _sound_books(db):
    """Whatever happens, every invariant holds afterwards."""
    yield
    assert_books_are_sound()


def ask(token="tok_test_approve", amount_minor=1999, **fields):
    """A charge that is due, of a customer with this card."""
    option = PaymentOptionFactory(of_customer=True, token=token)
    charge = {"customer": option.customer, "payment_option": option, "name": "Downpayment", "actor": "api-x"}
    return charge_customer(amount_minor=amount_minor, **charge | fields)


def collect(charge) -> Charge:
    collect_charge(charge.pk)
    return fetch(charge)


def paid(**fields) -> Charge:
    return collect(ask(**fields))


def give_back(charge, amount_minor=None) -> Charge:
    return collect(refund_customer_charge(charge.pk, amount_minor=amount_minor))


def test_a_customer_is_charged_and_the_merchant_is_owed_all_of_it():
    charge = paid()
    assert (charge.status, charge.total_minor) == (ChargeStatus.SUCCESS, 1999)
    assert [amount for _, amount in captures()] == [1999]
    assert seller_balance(charge) == 1999
    assert charge.attempts.get().token == charge.payment_option.gateway_token
    posted = LedgerTransaction.objects.get(reference=charge.key)
    assert sorted(posted.entries.values_list("account__kind", "amount_minor")) == [
        ("buyer_clearing", 1999),
        ("seller_payable", -1999),
    ]


def test_the_history_says_who_asked_for_it():
    assert list(paid().history.values_list("from_status", "to_status", "actor")) == [
        ("pending", "accepted", "api-x"),
        ("accepted", "processed", "api-x"),
        ("processed", "success", "system:collection"),
    ]


def test_many_collectors_at_once_collect_it_once():
    charge = ask()
    results = run_at_once(*[lambda: collect_charge(charge.pk)] * 6, collect_due_charges, collect_due_charges)
    assert not [result for result in results if isinstance(result, Exception)]
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(captures()) == charge.attempts.count() == 1


@pytest.mark.parametrize("token", ["tok_test_decline_soft", "tok_test_decline_hard", "tok_test_uncovered"])
def test_one_decline_is_final(token):
    charge = paid(token=token)
    assert (charge.status, charge.failure_count, charge.collect_at) == (ChargeStatus.FAILED, 1, None)
    assert charge.failure_code
    assert charge.failure_message
    with clock.travel_to(clock.now() + timedelta(days=10)):
        assert (collect_due_charges(), resolve_due_attempts()) == (0, 0)
    assert (captures(), seller_balance(charge)) == ([], 0)


def test_what_provably_did_not_reach_the_processor_has_failed():
    charge = paid(token="tok_test_unreachable")
    assert (charge.status, charge.failure_code) == (ChargeStatus.FAILED, "not_sent")
    assert charge.attempts.get().state == AttemptState.VOIDED
    assert captures() == []


@pytest.mark.parametrize("token", ["tok_test_timeout_before", "tok_test_timeout_after", "tok_test_garbage"])
def test_a_lost_answer_is_found_out_and_the_money_taken_once(token):
    charge = paid(token=token)
    assert (charge.status, charge.collect_at) == (ChargeStatus.PROCESSED, None)
    assert collect(charge).attempts.count() == 1
    with clock.travel_to(clock.now() + timedelta(seconds=11)):
        run_at_once(*[partial(copy_context().run, resolve_due_attempts) for _ in range(3)])
    assert fetch(charge).status == ChargeStatus.SUCCESS
    assert len(captures()) == charge.attempts.count() == 1
    assert seller_balance(charge) == 1999


def test_what_nobody_collects_is_found_by_the_sweep():
    charge = ask()
    assert collect_due_charges() == 1
    assert fetch(charge).status == ChargeStatus.SUCCESS


def test_without_an_option_the_processors_default_of_the_customer_is_charged():
    customer = CustomerFactory()
    charge = paid(customer=customer, payment_option=None)
    reference = Customer.objects.get(pk=customer.pk).processor_reference
    assert charge.attempts.get().token == f"customer:{reference}"
    assert charge.status == ChargeStatus.SUCCESS


def test_with_an_option_the_processor_needs_no_record_of_the_customer():
    charge = paid()
    give_back(charge)
    assert Customer.objects.get(pk=charge.customer_id).processor_reference is None


@pytest.mark.parametrize("amount", [0, -1, 100_000_000, 2**63])
def test_an_amount_out_of_range_is_refused(amount):
    with pytest.raises(InvalidField) as refusal:
        ask(amount_minor=amount)
    assert refusal.value.field == "amount_minor"
    assert not Charge.objects.exists()


@pytest.mark.parametrize("name", ["", "4111 1111 1111 1111", "x" * 256])
def test_a_name_that_does_not_do_is_refused(name):
    with pytest.raises(InvalidField) as refusal:
        ask(name=name)
    assert refusal.value.field == "name"
    assert not Charge.objects.exists()


def test_options_of_others_inactive_ones_and_those_of_another_processor_are_refused(settings):
    mine = PaymentOptionFactory(of_customer=True)
    foreign = PaymentOptionFactory(customer=CustomerFactory(merchant=mine.customer.merchant))
    inactive = change_customer_option(PaymentOptionFactory(customer=mine.customer).pk, is_active=False)
    for option in (foreign, inactive):
        with pytest.raises(InvalidField) as refusal:
            ask(customer=mine.customer, payment_option=option)
        assert refusal.value.field == "payment_option"
    settings.LIVE_GATEWAY = "another"
    with pytest.raises(InvalidField):
        ask(customer=mine.customer, payment_option=mine)
    assert not Charge.objects.exists()


def test_a_charge_is_given_back_whole():
    charge = paid()
    refund = give_back(charge)
    assert (refund.kind, refund.status, refund.total_minor) == ("refund", ChargeStatus.SUCCESS, 1999)
    assert seller_balance(charge) == 0
    with pytest.raises(RefundedAlready):
        refund_customer_charge(charge.pk)


def test_a_charge_is_given_back_in_parts_and_never_more():
    charge = paid()
    give_back(charge, 999)
    for amount in (0, -5, 1001):
        with pytest.raises(InvalidField) as refusal:
            refund_customer_charge(charge.pk, amount_minor=amount)
        assert refusal.value.field == "amount_minor"
    assert give_back(charge).total_minor == 1000
    assert seller_balance(charge) == 0


def test_many_refunds_at_once_give_it_back_once():
    charge = paid()
    results = run_at_once(*[lambda: give_back(charge).status] * 5)
    assert sorted(map(str, map(type, results))).count(str(RefundedAlready)) == 4
    assert [result for result in results if result == ChargeStatus.SUCCESS] == [ChargeStatus.SUCCESS]
    assert seller_balance(charge) == 0


def test_a_refund_that_was_declined_can_be_asked_for_again():
    charge = ask()
    merchant = Merchant.objects.filter(customers=charge.customer_id)
    merchant.update(sealed_processor_key=seal_processor_key("its-own"))
    charge = collect(charge)
    merchant.update(sealed_processor_key=seal_processor_key(REVOKED_CREDENTIAL))
    assert give_back(charge).status == ChargeStatus.FAILED
    merchant.update(sealed_processor_key=seal_processor_key("its-new-one"))
    assert give_back(charge).status == ChargeStatus.SUCCESS
    assert seller_balance(charge) == 0


def test_what_was_not_collected_cannot_be_given_back():
    for token in ("tok_test_decline_hard", "tok_test_timeout_after"):
        with pytest.raises(WrongState):
            refund_customer_charge(paid(token=token).pk)
    with clock.travel_to(clock.now() + timedelta(seconds=11)):
        resolve_due_attempts()


def test_refunds_and_charges_of_organisations_are_not_found():
    refund = give_back(paid())
    for missing in (0, refund.pk, ChargeFactory(activated=True).pk):
        with pytest.raises(ChargeNotFound):
            refund_customer_charge(missing)


def test_the_locks_are_taken_before_the_money_is_counted(django_assert_max_num_queries):
    charge = paid()
    with django_assert_max_num_queries(13) as queries:
        refund_customer_charge(charge.pk)
    sql = [query["sql"] for query in queries]
    locked = next(place for place, text in enumerate(sql) if "FOR NO KEY UPDATE" in text)
    assert locked < next(place for place, text in enumerate(sql) if "SUM(" in text)


def test_customers_of_two_merchants_pay_two_merchants():
    first, second = paid(), paid(amount_minor=500)
    assert (seller_balance(first), seller_balance(second)) == (1999, 500)
