"""Each invariant of payouts is broken on purpose, and exactly it is reported."""

import pytest
from django.db import connection

from operations.factories import PayoutAccountFactory, PayoutFactory
from payouts.sending.bank_file import make_bank_file
from tests.operations.breakages import break_data, find_broken
from tests.operations.payout_breakages import PAYOUTS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def story(settings):
    """What payout_breakages breaks; its sales are old, and nobody issued invoices for them."""
    settings.INVOICING = {"issuer": None, "since": None, "font": ""}
    settings.DEFAULT_CURRENCY = "EUR"
    settings.PAYOUT_PAYER_NAME, settings.PAYOUT_PAYER_IBAN = "Marketplace Ltd", "DE02120300000000202051"
    in_file = PayoutFactory(account=PayoutAccountFactory(), approved=True, method="bank_file")
    batch = make_bank_file(actor="test")
    made = {stage: PayoutFactory(stage=stage).pk for stage in ("approved", "settled", "returned")}
    connection.check_constraints()
    return made | {"batch": batch.pk, "in_file": in_file.pk}


def test_sound_payouts_break_nothing(story):
    assert find_broken() == set()


@pytest.mark.parametrize("name", PAYOUTS)
def test_exactly_what_is_broken_is_reported(name, story):
    sql, expected = PAYOUTS[name]
    break_data(sql.format(**story))
    assert find_broken(sql) == expected
