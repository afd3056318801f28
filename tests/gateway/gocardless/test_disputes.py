"""Debits that come back: taken back by the payer's bank, or reported as failed after they were confirmed."""

from datetime import timedelta

import pytest

from core import clock
from core.money import Money
from gateway.hints import DisputeStatus
from tests.gateway.gocardless_movements import ask_charge


@pytest.fixture
def capture(gateway, stand_in, mandate) -> str:
    reference = gateway.charge(ask_charge(mandate)).reference
    stand_in.books.advance(reference, "confirmed")
    return reference


def read(gateway, capture) -> DisputeStatus | None:
    report = gateway.read_dispute(reference=capture)
    return report and report.status


def test_a_capture_that_stays_has_no_dispute(gateway, stand_in, capture):
    assert read(gateway, capture) is None
    assert gateway.read_dispute(reference="PM-unheard-of") is None
    stand_in.books.pay_out(capture)
    assert read(gateway, capture) is None


def test_a_charge_back_is_open_until_it_is_settled_and_cannot_be_fought(gateway, stand_in, capture):
    stand_in.books.advance(capture, "charged_back", cause="authorisation_disputed")
    report = gateway.read_dispute(reference=capture)
    assert (report.reference, report.capture, report.status) == (capture, capture, DisputeStatus.OPENED)
    assert (report.money, report.fee) == (Money(500, "GBP"), Money(0, "GBP"))
    assert (report.reason, report.evidence_due_by) == ("authorisation_disputed", None)
    stand_in.books.tell("payments", stand_in.books.get("payments", capture), "chargeback_settled")
    assert read(gateway, capture) == DisputeStatus.LOST


def test_a_charge_back_that_the_bank_takes_back_is_won(gateway, stand_in, capture):
    stand_in.books.advance(capture, "charged_back")
    stand_in.books.tell("payments", stand_in.books.get("payments", capture), "chargeback_cancelled")
    stand_in.books.get("payments", capture)["status"] = "paid_out"
    assert read(gateway, capture) == DisputeStatus.WON


def test_a_failure_after_the_confirmation_is_a_lost_dispute(gateway, stand_in, capture):
    stand_in.books.advance(capture, "failed", cause="refer_to_payer")
    report = gateway.read_dispute(reference=capture)
    assert (report.status, report.reason) == (DisputeStatus.LOST, "refer_to_payer")


def test_a_failure_in_time_is_no_dispute(gateway, stand_in, mandate):
    reference = gateway.charge(ask_charge(mandate)).reference
    stand_in.books.advance(reference, "failed")
    assert read(gateway, reference) is None


def test_disputes_are_listed_by_when_something_happened(gateway, stand_in, mandate):
    references = [gateway.charge(ask_charge(mandate, key)).reference for key in "abcde"]
    for reference in references[:4]:
        stand_in.books.advance(reference, "confirmed")
        event = stand_in.books.advance(reference, "charged_back")
    event["created_at"] = "2020-01-01T00:00:00.000Z"
    reports = gateway.list_disputes(since=clock.now() - timedelta(hours=1))
    assert [report.reference for report in reports] == references[:3]
