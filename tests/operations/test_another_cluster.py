"""A database that was restored into another cluster goes on where it was."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from core.transaction_ids import NEXT, WRITE_OFFSET
from events.models import Event
from events.reading import START, Position, read_end, read_events
from invoicing.models import IssuingPosition
from ledger.balances import roll_up_balances
from ledger.models import LedgerEntry
from mail.models import MailPosition
from operations.another_cluster import continue_transaction_ids
from operations.factories import CallerFactory, ChargeFactory
from operations.models import InvariantLook
from operations.verification import find_breaches
from operations.watching import look
from tests.money import seller_balance

pytestmark = pytest.mark.django_db(transaction=True)
AHEAD = 3_000_000_000_000
MOVED = """
SET LOCAL session_replication_role = replica;
UPDATE ledger_ledgerentry SET xact = xact + {ahead};
UPDATE ledger_rollupmark SET xact = xact + {ahead};
UPDATE events_event SET xact = xact + {ahead};
UPDATE mail_mailposition SET xact = xact + {ahead};
UPDATE invoicing_issuingposition SET xact = xact + {ahead};
UPDATE operations_invariantlook SET seen_xact = seen_xact + 2 * {ahead};
"""


@pytest.fixture
def restored():
    """A caller that sold something in a much older cluster, and all of it was read."""
    caller = CallerFactory()
    ChargeFactory(caller=caller, collected=True)
    roll_up_balances()
    look()
    end = read_end()
    MailPosition.objects.update_or_create(id=1, defaults={"xact": end.xact})
    IssuingPosition.objects.update_or_create(id=1, defaults={"xact": end.xact})
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(MOVED.format(ahead=AHEAD))
    yield caller
    with connection.cursor() as cursor:
        cursor.execute(WRITE_OFFSET.format(offset=0))


def read_all(caller, after=START):
    return read_events(caller.app.id, after=after, limit=99)


def end_of(caller):
    newest = Event.objects.filter(application_id=caller.app.id).latest("xact", "pk")
    return Position(newest.xact, newest.pk)


def broken() -> set[str]:
    return {breach.invariant.id for breach in find_breaches()}


def test_verify_notices_it(restored):
    assert "I-06" in broken()


def test_what_happens_next_is_read_after_what_was_read_before(restored):
    before = end_of(restored)
    continue_transaction_ids()
    ChargeFactory(caller=restored, accepted=True)
    assert len(read_all(restored, after=before)) == Event.objects.filter(xact__gt=before.xact).count() > 0


def test_nothing_that_was_not_read_yet_is_lost(restored):
    assert read_all(restored) == []
    continue_transaction_ids()
    assert len(read_all(restored)) == Event.objects.count() > 2


def test_balances_are_exact_with_the_old_sums_and_with_new_ones(restored):
    continue_transaction_ids()
    charge = ChargeFactory(caller=restored, collected=True)
    owed = seller_balance(charge)
    assert owed == 2 * (charge.total_minor - charge.commission_minor)
    roll_up_balances()
    assert seller_balance(charge) == owed
    assert broken() == set()


def test_new_connections_go_on_there_too(restored):
    offset = continue_transaction_ids()
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {NEXT}")
        assert cursor.fetchone()[0] > AHEAD
    assert offset > 0


def test_what_is_posted_next_is_looked_at(restored):
    continue_transaction_ids()
    ChargeFactory(caller=restored, collected=True)
    newest = LedgerEntry.objects.latest("pk").xact
    assert set(InvariantLook.objects.filter(seen_xact__lte=newest).values_list("invariant", flat=True)) >= {
        "I-01",
        "I-08",
    }


def test_doing_it_again_changes_nothing(restored):
    assert continue_transaction_ids() == continue_transaction_ids()


def test_a_database_that_stayed_where_it_was_is_left_alone():
    ChargeFactory(collected=True)
    assert continue_transaction_ids() == 0


def test_the_command_says_by_how_much(restored, capsys):
    call_command("after_restore")
    assert "balances summed up" in capsys.readouterr().out
    assert broken() == set()
