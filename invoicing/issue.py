"""Issue the papers of what was collected and given back: a sweep behind the payments, never in their way.

It follows the events in the order of their transactions, so that none is missed that is committed late. The
position moves in the transaction that writes the papers: a crash leaves neither a gap nor a second paper.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from core.failpoints import failpoint
from events.models import Event
from events.reading import Position, read_payments
from events.types import EventType
from invoicing.credit_notes import draft_credit_notes, find_lost_disputes, find_refunds
from invoicing.drafts import write_papers
from invoicing.held import find_releasable, hold_invoices, release_invoices
from invoicing.invoices import draft_invoices
from invoicing.models import IssuingPosition
from taxes.parties import is_issuing

AT_ONCE = 1000


def issue_papers() -> int:
    """Issue all that is due and return how many papers; nothing where nobody is named who issues them."""
    count = 0
    while is_issuing() and (issued := issue_batch()) is not None:
        count += issued
    return count


@transaction.atomic(durable=True)
def issue_batch(limit: int = AT_ONCE) -> int | None:
    """Issue the papers of the next payments and return how many; None when there are no more of either.

    None as well when another process is at it.
    """
    position = _lock_position()
    if position is None:
        return None
    events = read_payments(after=Position(position.xact, position.event), limit=limit)
    issued, released = _issue_invoices(_pick(events, EventType.CHARGE_SUCCEEDED), limit)
    refunds = find_refunds(_pick(events, EventType.REFUND_SUCCEEDED), of_charges=released)
    issued += write_papers(draft_credit_notes(refunds))
    issued += write_papers(draft_credit_notes(find_lost_disputes(limit)))
    failpoint("papers.before_commit")
    if not events:
        return issued or None
    position.xact, position.event = events[-1].xact, events[-1].pk
    position.save()
    return issued


def _issue_invoices(collected: Sequence[UUID], limit: int) -> tuple[int, list[int]]:
    """Write them, after those that need be held no longer; return how many, and the charges of the latter."""
    releasable = find_releasable(limit)
    drafts, held = draft_invoices([*releasable, *collected], kept=releasable)
    count = write_papers(drafts)
    hold_invoices(held)
    return count, release_invoices(releasable, drafts)


def _lock_position() -> IssuingPosition | None:
    IssuingPosition.objects.bulk_create([IssuingPosition(pk=1)], ignore_conflicts=True)
    return IssuingPosition.objects.select_for_update(skip_locked=True).first()


def _pick(events: Sequence[Event], kind: EventType) -> list[UUID]:
    return [event.object_id for event in events if event.type == kind]
