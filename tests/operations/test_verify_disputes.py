"""Each invariant of disputes and fees is broken on purpose, and exactly it is reported."""

import pytest
from django.test import override_settings

from charges.disputes.record import Asked, record_dispute
from charges.models import AttemptFee
from core import clock
from gateway.hints import DisputeStatus
from operations.factories import ChargeFactory
from tests.charges.scripted_gateway import report
from tests.module_rows import rows_of_module
from tests.operations.breakages import break_data, find_broken
from tests.operations.dispute_breakages import DISPUTES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def story(request):
    """What dispute_breakages breaks."""
    with rows_of_module(request, tell_story) as rows:
        yield rows


@override_settings(SANDBOX_FEE_BASIS_POINTS=300)
def tell_story():
    disputes = {
        "open": dispute(DisputeStatus.OPENED, fee=1500),
        "lost": dispute(DisputeStatus.LOST, amount=133, fee=0),
        "won": dispute(DisputeStatus.WON, fee=0),
    }
    return disputes | {"fee": AttemptFee.objects.earliest("pk").pk}


def dispute(status, **said):
    """The primary key of a dispute of (part of) a charge of its own."""
    charge = ChargeFactory(collected=True)
    told = report(charge, status=status, reference=f"dp_{status}", **said)
    return record_dispute(Asked("sandbox", told, clock.now())).pk


def test_sound_disputes_break_nothing(story):
    assert find_broken() == set()


@pytest.mark.parametrize("name", DISPUTES)
def test_exactly_what_is_broken_is_reported(name, story):
    sql, expected = DISPUTES[name]
    break_data(sql.format(**story))
    assert find_broken(sql) == expected
