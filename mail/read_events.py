"""Read new events and queue the mails about them: each event once, whoever reads."""

from django.db import transaction

from events.reading import Position, read_events_of_note
from mail.causes.buyers import write_to_buyers
from mail.causes.sellers import write_to_sellers
from mail.models import MailPosition
from mail.queue import queue_mails

AT_ONCE = 500


def read_new_events() -> int:
    """Queue the mails about all events that are complete, and return how many events that were."""
    read = total = read_next_events()
    while read == AT_ONCE:
        read = read_next_events()
        total += read
    return total


@transaction.atomic(durable=True)
def read_next_events() -> int:
    """Queue the mails about the next events and remember how far that went; 0 while another process does it.

    Mails and position are written together, so an event is neither lost nor read twice.
    """
    MailPosition.objects.bulk_create([MailPosition()], ignore_conflicts=True)
    position = MailPosition.objects.select_for_update(skip_locked=True).first()
    if position is None:
        return 0
    page = read_events_of_note(after=Position(position.xact, position.event), limit=AT_ONCE)
    if page:
        queue_mails([*write_to_buyers(page), *write_to_sellers(page)])
        position.xact, position.event = page[-1].xact, page[-1].pk
        position.save(update_fields=["xact", "event"])
    return len(page)
