"""What is given back has a credit note that names its invoice; together they stay within it, to the cent."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import DatabaseError, connection, transaction
from structlog.testing import capture_logs

from charges.collection.settle import settle_outcomes
from charges.collection.single import collect_charge
from charges.disputes.record import Asked, record_dispute
from charges.refunds.make import refund_charge
from core import clock
from events.models import Event
from gateway.hints import DisputeStatus
from gateway.movements import Answer, Verdict
from invoicing.issue import issue_papers
from invoicing.models import PaperKind, TaxPaper
from operations.factories import ChargeFactory
from tests.charges.scripted_gateway import report
from tests.invoicing.papers import credit, issue_for

pytestmark = pytest.mark.django_db


def refund(charge, amount: int):
    made = refund_charge(charge, amount_minor=amount, due_at=None)
    collect_charge(made.pk)
    made.refresh_from_db()
    assert made.status == "success"
    return made


def lose(charge, amount: int, reference="dp_1"):
    told = report(charge, status=DisputeStatus.LOST, amount=amount, reference=reference)
    return record_dispute(Asked("sandbox", told, clock.now()))


def test_a_refund_has_a_credit_note_of_its_own_series():
    charge = ChargeFactory(collected=True)
    invoice = issue_for(charge)
    given_back = refund(charge, 200)
    [note] = credit(given_back)
    assert (note.kind, note.invoice, note.refund_id) == (PaperKind.CREDIT_NOTE, invoice, given_back.pk)
    assert (note.net_minor, note.tax_minor, note.total_minor) == (168, 32, 200)
    assert note.name == f"CN-{clock.now().year}-000001"
    assert (note.issuer, note.recipient) == (invoice.issuer, invoice.recipient)
    assert Event.objects.get(type="credit_note.issued").object_id == note.public_id


def test_refunds_in_parts_give_back_exactly_the_tax_of_the_invoice():
    charge = ChargeFactory(collected=True, price_minor=333, quantity=1)
    invoice = issue_for(charge)
    notes = [credit(refund(charge, amount))[0] for amount in (1, 110, 1, 221)]
    assert sum(note.tax_minor for note in notes) == invoice.tax_minor == 53
    assert sum(note.net_minor for note in notes) == invoice.net_minor
    assert all(note.tax_minor >= 0 for note in notes)


def test_parts_that_are_credited_at_once_are_shared_as_those_one_by_one():
    charge = ChargeFactory(collected=True, price_minor=333, quantity=1)
    invoice = issue_for(charge)
    notes = credit(*[refund(charge, amount) for amount in (1, 111, 221)])
    assert sum(note.tax_minor for note in notes) == invoice.tax_minor


def test_a_dispute_that_is_lost_has_one_and_one_that_is_won_has_none():
    charge = ChargeFactory(collected=True)
    issue_for(charge)
    dispute = lose(charge, 150)
    won = report(charge, status=DisputeStatus.WON, amount=50, reference="dp_2")
    record_dispute(Asked("sandbox", won, clock.now()))
    [note] = credit()
    assert (note.dispute_id, note.total_minor) == (dispute.pk, 150)
    assert credit() == []


def test_refunds_and_disputes_of_one_charge_share_its_tax():
    charge = ChargeFactory(collected=True, price_minor=333, quantity=1)
    invoice = issue_for(charge)
    first, lost = refund(charge, 112), lose(charge, 221)
    notes = credit(first)
    assert {note.dispute_id for note in notes} == {None, lost.pk}
    assert sum(note.tax_minor for note in notes) == invoice.tax_minor


def test_what_has_no_invoice_has_no_credit_note():
    charge = ChargeFactory(collected=True)
    assert credit(refund(charge, 100)) == []


def test_the_rate_of_the_invoice_is_the_rate_of_its_credit_notes():
    charge = ChargeFactory(collected=True)
    invoice = issue_for(charge)
    type(charge.buyer).objects.filter(pk=charge.buyer_id).update(country="HU")
    [note] = credit(refund(charge, 100))
    assert (note.tax_country, note.tax_basis_points) == (invoice.tax_country, invoice.tax_basis_points)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_issues_invoice_and_credit_note_in_one_go():
    charge = ChargeFactory(collected=True)
    refund(charge, 50)
    lose(charge, 100)
    assert [issue_papers(), issue_papers()] == [3, 0]
    assert TaxPaper.objects.filter(kind=PaperKind.CREDIT_NOTE).count() == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        "total_minor = 151, net_minor = net_minor + 51",
        "invoice_id = NULL",
        "refund_id = NULL",
        "kind = 'invoice'",
        "charge_id = refund_id",
    ],
)
def test_the_database_refuses_a_credit_note_that_does_not_fit(changes):
    charge = ChargeFactory(collected=True)
    issue_for(charge)
    credit(refund(charge, 100))
    second = refund(charge, 100)
    sql = f"""
        UPDATE invoicing_series SET last = last + 1 WHERE kind = 'credit_note';
        CREATE TEMP TABLE copy ON COMMIT DROP AS SELECT * FROM invoicing_taxpaper WHERE kind = 'credit_note';
        UPDATE copy SET id = 99, public_id = gen_random_uuid(), number = 2, refund_id = {second.pk};
        UPDATE copy SET {changes};
        INSERT INTO invoicing_taxpaper SELECT * FROM copy
    """
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL DEFERRED; {sql}; SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_more_tax_than_the_invoice_has():
    charge = ChargeFactory(collected=True)
    issue_for(charge)
    credit(refund(charge, 100))
    second = refund(charge, 100)
    sql = f"""
        UPDATE invoicing_series SET last = last + 1 WHERE kind = 'credit_note';
        CREATE TEMP TABLE copy ON COMMIT DROP AS SELECT * FROM invoicing_taxpaper WHERE kind = 'credit_note';
        UPDATE copy SET id = 99, public_id = gen_random_uuid(), number = 2, refund_id = {second.pk},
            tax_minor = 17, net_minor = 83;
        INSERT INTO invoicing_taxpaper SELECT * FROM copy
    """
    refusal = pytest.raises(DatabaseError, match="within their invoice")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL DEFERRED; {sql}")


def comes_back(made):
    attempt = made.attempts.get()
    settle_outcomes({attempt.pk: Answer(Verdict.DECLINED, attempt.key)})


def refund_that_comes_back(charge, amount: int):
    made = refund(charge, amount)
    notes = credit(made)
    comes_back(made)
    return notes


def count_notes() -> list[int]:
    return sorted(TaxPaper.objects.filter(kind="credit_note").values_list("total_minor", flat=True))


def test_of_a_refund_and_a_dispute_one_takes_over_a_note_whose_refund_came_back():
    charge = ChargeFactory(collected=True)
    issue_for(charge)
    refund_that_comes_back(charge, 100)
    assert credit(refund(charge, 100)) == []
    lost = lose(charge, 100)
    [note] = credit()
    assert (note.dispute_id, count_notes(), credit()) == (lost.pk, [100, 100], [])


@pytest.mark.slow
@pytest.mark.parametrize("order", sorted(set(permutations(["refund", "dispute", "dispute"]))))
@pytest.mark.parametrize("at_once", [True, False])
def test_whatever_is_given_back_first_the_notes_are_as_much_as_all_of_it(order, at_once):
    charge = ChargeFactory(collected=True, price_minor=1000, quantity=1)
    issue_for(charge)
    refund_that_comes_back(charge, 300)
    refunds = []
    for number, what in enumerate(order):
        if what == "refund":
            refunds.append(refund(charge, 300))
        else:
            lose(charge, 300, f"dp_{number}")
        if not at_once:
            credit(*refunds)
    credit(*refunds)
    assert (count_notes(), credit(*refunds)) == ([300] * 3, [])


def test_two_notes_are_taken_over_by_two_and_none_of_another_amount():
    charge = ChargeFactory(collected=True, price_minor=1000, quantity=1)
    issue_for(charge)
    made = [refund(charge, 100), refund(charge, 100)]
    credit(*made)
    for each in made:
        comes_back(each)
    lose(charge, 100)
    lose(charge, 150, "dp_2")
    credit(refund(charge, 100), refund(charge, 100))
    assert count_notes() == [100, 100, 100, 150]


def test_a_dispute_without_room_for_a_note_is_logged_for_an_hour():
    charge = ChargeFactory(collected=True, price_minor=1000, quantity=1)
    issue_for(charge)
    refund_that_comes_back(charge, 600)
    lost = lose(charge, 500)
    with capture_logs() as logs:
        assert credit() == []
    assert [(each["event"], each["dispute"]) for each in logs if "room" in each["event"]] == [
        ("no room for a credit note", lost.pk)
    ]
    with clock.travel_to(clock.now() + timedelta(hours=2)), capture_logs() as logs:
        assert credit() == []
    assert [each for each in logs if "room" in each["event"]] == []
