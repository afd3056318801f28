"""Each invariant of payouts is broken on purpose, and exactly it is reported."""

import pytest
from django.test import override_settings

from operations.factories import PayoutAccountFactory, PayoutFactory
from payouts.sending.bank_file import make_bank_file
from tests.module_rows import rows_of_module
from tests.operations.breakages import break_data, find_broken
from tests.operations.payout_breakages import PAYOUTS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NO_INVOICES = {"issuer": None, "since": None, "font": ""}


@pytest.fixture(autouse=True)
def _nobody_issues_invoices(settings):
    """The sales are old."""
    settings.INVOICING = NO_INVOICES


@pytest.fixture(scope="module")
def story(request):
    """What payout_breakages breaks."""
    with rows_of_module(request, tell_story) as rows:
        yield rows


@override_settings(
    INVOICING=NO_INVOICES,
    DEFAULT_CURRENCY="EUR",
    PAYOUT_PAYER_NAME="Marketplace Ltd",
    PAYOUT_PAYER_IBAN="DE02120300000000202051",
)
def tell_story():
    in_file = PayoutFactory(account=PayoutAccountFactory(), approved=True, method="bank_file")
    batch = make_bank_file(actor="test")
    made = {stage: PayoutFactory(stage=stage).pk for stage in ("approved", "settled", "returned")}
    return made | {"batch": batch.pk, "in_file": in_file.pk}


def test_sound_payouts_break_nothing(story):
    assert find_broken() == set()


@pytest.mark.parametrize("name", PAYOUTS)
def test_exactly_what_is_broken_is_reported(name, story):
    sql, expected = PAYOUTS[name]
    break_data(sql.format(**story))
    assert find_broken(sql) == expected
