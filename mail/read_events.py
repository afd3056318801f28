"""Read new events and queue the mails about them: each event once, whoever reads."""

from collections.abc import Callable, Sequence

from django.db import transaction

from core.failpoints import failpoint
from events.models import Event
from events.reading import Position, read_events_of_note
from mail.causes.buyers import write_to_buyers
from mail.causes.sellers import write_to_sellers
from mail.models import Mail, MailPosition
from mail.queue import queue_mails

AT_ONCE = 500


def read_new_events() -> int:
    """Queue the mails about all events that are complete, and return how many events that were."""
    read = total = read_next_events()
    while read == AT_ONCE:
        read = read_next_events()
        total += read
    return total


def skip_new_events() -> None:
    """Pass over all events that are complete: nobody is mailed about them."""
    while _read_page(lambda page: []) == AT_ONCE:
        pass


def read_next_events() -> int:
    """Queue the mails about the next events and return how many; 0 while another process does it."""
    return _read_page(lambda page: [*write_to_buyers(page), *write_to_sellers(page)])


@transaction.atomic(durable=True)
def _read_page(write: Callable[[Sequence[Event]], list[Mail]]) -> int:
    """Queue the mails that `write` makes about the next events, and remember how far that went.

    Mails and position are written together, so an event is neither lost nor read twice.
    """
    MailPosition.objects.bulk_create([MailPosition()], ignore_conflicts=True)
    position = MailPosition.objects.select_for_update(skip_locked=True).first()
    if position is None:
        return 0
    page = read_events_of_note(after=Position(position.xact, position.event), limit=AT_ONCE)
    if page:
        queue_mails(write(page))
        position.xact, position.event = page[-1].xact, page[-1].pk
        position.save(update_fields=["xact", "event"])
        failpoint("mail.before_commit")
    return len(page)
