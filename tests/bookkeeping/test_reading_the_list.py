"""What a processor lists is compared with what we have, movement by movement."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from bookkeeping.closing import prepare_months, read_again
from bookkeeping.errors import DifferenceSettled
from bookkeeping.models import Difference, ListedMovement, Reading
from bookkeeping.reconciliation.comparing import settle_difference
from charges.collection.single import collect_charge
from charges.refunds.make import refund_charge
from core import clock
from gateway.base import GatewayError
from gateway.registry import get_gateway
from gateway.sandbox import SandboxGateway
from ledger.models import Month
from tests.bookkeeping.months import AFTERWARDS, DECEMBER, NOVEMBER, prepare, sell
from tests.movements import make_movement
from tests.operations.breakages import break_data

pytestmark = pytest.mark.django_db(transaction=True)


class DownGateway(SandboxGateway):
    """Cannot be asked for its list."""

    def list_bookings(self, *, since, before):
        raise GatewayError("timed out")


def look():
    return [
        (each.kind, each.listed_minor, each.ours_minor)
        for each in Difference.objects.filter(settled_at=None).order_by("kind")
    ]


def damage(sql):
    with transaction.atomic():
        break_data(sql)


def again(month):
    with clock.travel_to(AFTERWARDS):
        read_again(month.pk)


def test_sales_and_refunds_that_are_the_same_are_no_difference():
    charge = sell()
    with clock.travel_to(NOVEMBER + timedelta(days=12)):
        with transaction.atomic():
            refund = refund_charge(charge, amount_minor=50, due_at=None)
        collect_charge(refund.pk)
    month = prepare()
    assert look() == []
    assert sorted(ListedMovement.objects.values_list("amount_minor", flat=True)) == [-50, 200]
    assert Reading.objects.get(month=month).finished_at == AFTERWARDS


def test_what_only_the_processor_has_is_found():
    sell()
    with clock.travel_to(NOVEMBER + timedelta(days=3)):
        get_gateway("sandbox").charge(make_movement("of-nobody", token="tok_test_approve", cents=777))
    prepare()
    assert look() == [("only_listed", 777, None)]


def test_what_only_we_have_is_found():
    charge = sell()
    damage(f"UPDATE charges_attempt SET gateway_reference = 'sbx_gone' WHERE charge_id = {charge.pk}")
    prepare()
    assert look() == [("only_listed", 200, None), ("only_ours", None, 200)]
    assert Difference.objects.get(kind="only_ours").attempt == charge.attempts.get()


def test_another_amount_is_found():
    charge = sell()
    damage(f"UPDATE charges_attempt SET amount_minor = 199 WHERE charge_id = {charge.pk}")
    prepare()
    assert look() == [("amount", 200, 199)]


def test_another_fee_is_found_and_settles_itself_once_the_lists_agree(settings):
    sell()
    settings.SANDBOX_FEE_BASIS_POINTS = 290
    month = prepare()
    assert look() == [("fee", 6, 0)]
    damage(
        "INSERT INTO charges_attemptfee (attempt_id, fee_minor, currency, checks)"
        " SELECT id, 6, 'USD', 0 FROM charges_attempt"
    )
    again(month)
    assert look() == []
    assert Difference.objects.get().reason == "The list and the books do not differ like this any more."


def test_a_movement_of_the_last_second_is_of_the_month_in_which_either_side_has_it():
    sell(DECEMBER - timedelta(seconds=1))
    sell(DECEMBER)
    prepare()
    assert look() == []
    assert ListedMovement.objects.count() == 2


def test_test_charges_are_known_as_well():
    sell(test=True)
    sell()
    prepare()
    assert look() == []


def test_reading_again_finds_nothing_twice():
    sell()
    with clock.travel_to(NOVEMBER + timedelta(days=3)):
        get_gateway("sandbox").charge(make_movement("of-nobody", token="tok_test_approve", cents=777))
    month = prepare()
    again(month)
    prepare()
    assert look() == [("only_listed", 777, None)]
    assert ListedMovement.objects.count() == 2


def test_a_list_that_cannot_be_read_says_why_and_is_read_the_next_time(settings):
    sell()
    settings.GATEWAYS = settings.GATEWAYS | {"sandbox": f"{__name__}.DownGateway"}
    get_gateway.cache_clear()
    prepare()
    assert (Reading.objects.get().finished_at, Reading.objects.get().trouble) == (None, "timed out")
    settings.GATEWAYS = settings.GATEWAYS | {"sandbox": "gateway.sandbox.SandboxGateway"}
    get_gateway.cache_clear()
    prepare()
    assert (Reading.objects.get().finished_at, Reading.objects.get().trouble) == (AFTERWARDS, "")


def test_a_settled_difference_stays_settled():
    charge = sell()
    damage(f"UPDATE charges_attempt SET amount_minor = 199 WHERE charge_id = {charge.pk}")
    month = prepare()
    settled = settle_difference(Difference.objects.get().pk, actor="staff:anna", reason="a typing error")
    assert (settled.settled_by, settled.reason) == ("staff:anna", "a typing error")
    with pytest.raises(DifferenceSettled):
        settle_difference(settled.pk, actor="staff:bob", reason="mine")
    for change in ({"reason": "other"}, {"settled_at": None, "settled_by": "", "reason": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Difference.objects.update(**change)
    again(month)
    assert look() == []


def test_nothing_is_read_for_a_month_that_is_running():
    sell()
    with clock.travel_to(NOVEMBER + timedelta(days=20)):
        prepare_months()
    assert not Month.objects.exists()
