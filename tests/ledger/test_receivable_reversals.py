"""Taking back what was recorded: what it offset is open again, the history stays, the account adds up."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from core.errors import InvalidField
from ledger.errors import AlreadyReversed, NotReversible, ReversalTooLarge, ReversedOnlyWhole
from ledger.models import Allocation, CustomerTransaction
from operations.factories import CustomerFactory
from tests.ledger.accounts import ask, balance, check_guards, offsets, opened, record, reverse

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 5, 10, 12, tzinfo=UTC)


@pytest.fixture
def customer():
    with clock.travel_to(NOON):
        yield CustomerFactory()
    check_guards()


def test_reversing_an_open_invoice_leaves_nothing_owed(customer):
    invoice = record(customer, "invoice", 100)
    reversal = reverse(invoice, note="Wrong customer")
    assert (reversal.type, reversal.amount_minor, reversal.reverses_id) == (
        "invoice_reversal",
        100,
        invoice.pk,
    )
    assert opened(invoice, reversal) == [0, 0]
    assert offsets(invoice) == [(reversal.pk, 100, True)]
    assert balance(customer) == 0


def test_reversing_a_paid_invoice_frees_the_payment_and_names_the_cause(customer):
    invoice, payment = record(customer, "invoice", 100), record(customer, "payment", 100)
    reversal = reverse(invoice)
    assert opened(invoice, payment) == [0, 100]
    assert offsets(payment) == [(invoice.pk, 100, False)]
    broken = Allocation.objects.get(source=payment)
    assert (broken.cause_id, broken.cause.type) == (reversal.pk, "invoice_reversal")
    assert broken.deactivated_at == NOON
    assert balance(customer) == 100


def test_what_was_freed_goes_to_other_debts_at_once(customer):
    first, second = record(customer, "invoice", 100), record(customer, "invoice", 80)
    payment = record(customer, "payment", 100)
    reverse(first)
    assert opened(second, payment) == [0, 20]
    assert offsets(payment) == [(first.pk, 100, False), (second.pk, 80, True)]


def test_what_was_freed_still_covers_first_what_it_named(customer):
    first, second = record(customer, "invoice", 100), record(customer, "invoice", 80, day=1)
    last = record(customer, "invoice", 80, code="INV-9")
    payment = record(customer, "payment", 100, invoice_list=f"{first.pk} INV-9")
    reverse(first)
    assert opened(last, second, payment) == [0, 60, 0]


def test_a_payment_is_voided_on_its_own_day_and_its_invoice_is_owed_again(customer):
    invoice, payment = record(customer, "invoice", 100), record(customer, "payment", 100)
    void = reverse(payment)
    assert void.type == "void"
    assert opened(invoice, payment, void) == [100, 0, 0]
    assert offsets(payment) == [(invoice.pk, 100, False), (void.pk, 100, True)]
    assert balance(customer) == -100


@pytest.mark.parametrize(
    ("hours", "kind"), [(0, "void"), (11.99, "void"), (12, "refund"), (24 * 90, "refund")]
)
@pytest.mark.parametrize("paid_by", ["payment", "claim"])
def test_from_midnight_utc_on_a_payment_is_refunded(customer, paid_by, hours, kind):
    payment = record(customer, paid_by, 100)
    with clock.travel_to(NOON + timedelta(hours=hours)):
        assert reverse(payment).type == kind


def test_an_invoice_whose_payment_is_taken_back_is_covered_by_other_credit(customer):
    invoice, payment = record(customer, "invoice", 100), record(customer, "payment", 100)
    credit = record(customer, "credit", 60)
    reverse(payment)
    assert opened(invoice, credit) == [40, 0]


def test_a_credited_invoice_whose_payment_is_refunded_is_settled_by_the_credit(customer):
    invoice, payment = record(customer, "invoice", 100), record(customer, "payment", 100)
    credit = record(customer, "credit", 100)
    with clock.travel_to(NOON + timedelta(days=3)):
        refund = reverse(payment)
    assert opened(invoice, payment, credit, refund) == [0, 0, 0, 0]
    assert offsets(invoice) == [(payment.pk, 100, False), (credit.pk, 100, True)]


def test_a_part_of_a_payment_is_refunded_from_what_is_open_first(customer):
    invoice, payment = record(customer, "invoice", 60), record(customer, "payment", 100)
    refund = reverse(payment, amount_minor=30)
    assert refund.type == "refund"
    assert opened(invoice, payment, refund) == [0, 10, 0]


def test_a_part_beyond_that_comes_from_the_newest_allocation_whose_rest_is_allocated_anew(customer):
    old, new = record(customer, "invoice", 60), record(customer, "invoice", 40)
    payment = record(customer, "payment", 100)
    refund = reverse(payment, amount_minor=30)
    assert opened(old, new, payment) == [0, 30, 0]
    assert offsets(payment) == [
        (old.pk, 60, True),
        (new.pk, 40, False),
        (refund.pk, 30, True),
        (new.pk, 10, True),
    ]


def test_a_payment_that_covered_an_invoice_in_two_parts_gives_both_back(customer):
    first, second = record(customer, "invoice", 50), record(customer, "invoice", 100)
    payment = record(customer, "payment", 100)
    reverse(first)
    assert offsets(payment)[1:] == [(second.pk, 50, True), (second.pk, 50, True)]
    void = reverse(payment)
    assert opened(second, payment, void) == [100, 0, 0]


def test_refunds_add_up_to_the_payment_at_most(customer):
    invoice, payment = record(customer, "invoice", 100), record(customer, "payment", 100)
    first = reverse(payment, amount_minor=30)
    with pytest.raises(ReversalTooLarge):
        reverse(payment, amount_minor=71)
    rest = reverse(payment)
    assert (rest.type, rest.amount_minor) == ("refund", 70)
    assert opened(invoice, payment, first, rest) == [100, 0, 0, 0]
    with pytest.raises(AlreadyReversed):
        reverse(payment)


def test_a_cancelled_refund_is_in_credit_again_and_can_be_refunded_again(customer):
    payment = record(customer, "payment", 100)
    refund = reverse(payment, amount_minor=40)
    cancel = reverse(refund)
    assert cancel.type == "refund_reversal"
    assert opened(payment, refund, cancel) == [100, 0, 0]
    assert offsets(refund) == [(payment.pk, 40, False), (cancel.pk, 40, True)]
    assert reverse(payment, amount_minor=99).amount_minor == 99


def test_a_void_payment_of_which_a_refund_was_cancelled_is_void_as_a_whole(customer):
    payment = record(customer, "payment", 100)
    reverse(reverse(payment, amount_minor=40))
    assert reverse(payment).type == "void"


def test_a_cancelled_credit_is_owed_again(customer):
    invoice, credit = record(customer, "invoice", 100), record(customer, "credit", 100)
    cancel = reverse(credit)
    assert cancel.type == "credit_reversal"
    assert opened(invoice, credit, cancel) == [100, 0, 0]


@pytest.mark.parametrize("kind", ["service_fee", "late_fee", "access_fee"])
def test_a_fee_is_reversed_like_an_invoice(customer, kind):
    fee = record(customer, kind, 25)
    assert reverse(fee).type == "invoice_reversal"
    assert balance(customer) == 0


def test_a_chargeback_that_was_won_frees_what_had_covered_it(customer):
    chargeback, payment = record(customer, "chargeback", 100), record(customer, "payment", 100)
    assert reverse(chargeback).type == "chargeback_reversal"
    assert opened(chargeback, payment) == [0, 100]


@pytest.mark.parametrize("kind", ["invoice", "credit", "payment", "service_fee", "chargeback"])
def test_a_second_reversal_is_refused(customer, kind):
    original = record(customer, kind, 100)
    reverse(original)
    with pytest.raises(AlreadyReversed):
        reverse(original)
    assert original.reversals.count() == 1


@pytest.mark.parametrize("kind", ["invoice", "credit", "late_fee", "chargeback"])
def test_all_but_payments_are_reversed_whole(customer, kind):
    original = record(customer, kind, 100)
    with pytest.raises(ReversedOnlyWhole):
        reverse(original, amount_minor=99)
    assert reverse(original, amount_minor=100).amount_minor == 100


@pytest.mark.parametrize("kind", ["decline", "adjustment"])
def test_what_nothing_reverses_is_refused(customer, kind):
    with pytest.raises(NotReversible):
        reverse(record(customer, kind, 100))


@pytest.mark.parametrize("kind", ["invoice", "credit", "chargeback"])
def test_a_reversal_is_final_but_for_what_was_given_back(customer, kind):
    with pytest.raises(NotReversible):
        reverse(reverse(record(customer, kind, 100)))


@pytest.mark.parametrize(("days", "given_back"), [(0, "void"), (1, "refund")])
def test_what_was_given_back_may_come_back_and_that_is_final(customer, days, given_back):
    payment = record(customer, "payment", 100)
    with clock.travel_to(NOON + timedelta(days=days)):
        back = reverse(payment)
        cancel = reverse(back)
        with pytest.raises(NotReversible):
            reverse(cancel)
    assert (back.type, cancel.type) == (given_back, "refund_reversal")
    assert opened(payment, back, cancel) == [100, 0, 0]


@pytest.mark.parametrize("cents", [0, -1])
def test_nothing_is_reversed_by_no_money(customer, cents):
    payment = record(customer, "payment", 100)
    with pytest.raises(InvalidField) as refusal:
        reverse(payment, amount_minor=cents)
    assert refusal.value.field == "amount_minor"


def test_a_refused_reversal_changes_nothing(customer):
    invoice, payment = record(customer, "invoice", 100), record(customer, "payment", 100)
    with pytest.raises(ReversalTooLarge):
        reverse(payment, amount_minor=101)
    assert CustomerTransaction.objects.count() == 2
    assert offsets(invoice) == [(payment.pk, 100, True)]


def test_a_refund_is_recorded_once(customer):
    payment, first, second = record(customer, "payment", 100), ask(customer), ask(customer)
    refund = reverse(payment, amount_minor=40, charge_id=first.pk)
    assert reverse(payment, amount_minor=40, charge_id=first.pk).pk == refund.pk
    assert reverse(payment, amount_minor=60, charge_id=second.pk).pk != refund.pk
