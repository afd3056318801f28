"""Each invariant of tax papers is broken on purpose, and exactly it is reported."""

from datetime import timedelta

import pytest

from charges.collection.settle import settle_outcomes
from charges.collection.single import collect_charge
from charges.disputes.record import Asked, record_dispute
from charges.refunds.make import refund_charge
from core import clock
from gateway.hints import DisputeStatus
from gateway.movements import Answer, Verdict
from invoicing.files.store import get_file
from invoicing.models import FileFormat
from operations.factories import ChargeFactory
from tests.charges.scripted_gateway import report
from tests.invoicing.papers import credit, issue_for
from tests.module_rows import rows_of_module
from tests.operations.breakages import break_data, find_broken
from tests.operations.invoice_breakages import INVOICES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def story(request):
    """What invoice_breakages breaks."""
    with rows_of_module(request, tell_story) as rows:
        yield rows


def tell_story():
    charge, forgotten = ChargeFactory(collected=True), ChargeFactory(collected=True)
    invoice = issue_for(charge)
    get_file(invoice, FileFormat.XML)
    refund = refund_charge(charge, amount_minor=50, due_at=None)
    collect_charge(refund.pk)
    [note] = credit(refund)
    return {"invoice": invoice.pk, "note": note.pk, "forgotten": forgotten.pk}


def test_sound_papers_break_nothing(story):
    assert find_broken() == set()


@pytest.mark.parametrize("name", INVOICES)
def test_exactly_what_is_broken_is_reported(name, story):
    sql, expected = INVOICES[name]
    break_data(sql.format(**story))
    assert find_broken(sql) == expected


def test_a_refund_without_its_credit_note_is_reported(story):
    charge = ChargeFactory(collected=True)
    issue_for(charge)
    with clock.travel_to(clock.now() - timedelta(hours=2)):
        collect_charge(refund_charge(charge, amount_minor=50, due_at=None).pk)
    assert find_broken() == {"I-40h"}


def test_one_note_whose_refund_came_back_excuses_one_that_has_none(story):
    charge = ChargeFactory(collected=True)
    issue_for(charge)
    with clock.travel_to(clock.now() - timedelta(hours=2)):
        refund = refund_charge(charge, amount_minor=50, due_at=None)
        collect_charge(refund.pk)
        credit(refund)
        attempt = refund.attempts.get()
        settle_outcomes({attempt.pk: Answer(Verdict.DECLINED, attempt.key)})
        collect_charge(refund_charge(charge, amount_minor=50, due_at=None).pk)
        assert find_broken() == set()
        lost = report(charge, status=DisputeStatus.LOST, amount=50)
        record_dispute(Asked("sandbox", lost, clock.now()))
    assert find_broken() == {"I-40h"}
    credit()
    assert find_broken() == set()


def test_nothing_is_missed_where_no_papers_are_issued(story, settings):
    settings.INVOICING = {"issuer": None, "since": None, "font": ""}
    break_data(INVOICES["I-40h"][0].format(**story))
    assert find_broken() == set()
