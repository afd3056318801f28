"""A newcomer finds a charge to accept, and finds one only however often the server starts."""

import pytest

from charges.history import change_status
from charges.models import Charge, ChargeStatus
from operations.demo import load_demo
from runner.first_charge import offer_first_charge

pytestmark = pytest.mark.django_db


@pytest.fixture
def token():
    return load_demo()["buyer"]["access_token"]


def test_a_charge_waits_for_the_demo_buyer_at_the_address(token, settings):
    offered = offer_first_charge(token)
    charge = Charge.objects.get(public_id=offered["id"])
    assert (charge.status, charge.total_minor) == (ChargeStatus.PENDING, 200)
    assert offered["page"] == f"{settings.BASE_URL}/?id={charge.public_id}"


def test_the_next_start_finds_it_again(token):
    assert offer_first_charge(token) == offer_first_charge(token)
    assert Charge.objects.count() == 1


def test_once_it_is_decided_the_next_start_makes_another(token):
    first = offer_first_charge(token)
    charge = Charge.objects.get()
    change_status(charge, charge.decline, actor="buyer")
    assert offer_first_charge(token)["id"] != first["id"]
