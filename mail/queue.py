"""The queue of mails: new ones, and the next one to be sent."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from core import clock
from mail.kinds import Kind
from mail.models import Mail
from mail.recipients import Recipient

# Longer than a server may take that answers each command just before EMAIL_TIMEOUT.
LEASE = timedelta(minutes=5)


class Draft(NamedTuple):
    """A mail to be, without its recipient."""

    kind: Kind
    cause: str
    object_id: UUID
    facts: Mapping[str, Any]
    livemode: bool = True

    def to(self, people: Iterable[Recipient]) -> list[Mail]:
        """Return a mail for each of them."""
        now = clock.now()
        return [Mail(due_at=now, **self._asdict(), **recipient._asdict()) for recipient in people]


def queue_mails(mails: Iterable[Mail]) -> None:
    """Write mails in the caller's transaction; those that are there already are left alone."""
    Mail.objects.bulk_create(mails, ignore_conflicts=True)


def is_anything_due() -> bool:
    """Say whether a mail is to be sent now."""
    return Mail.objects.filter(due_at__lte=clock.now()).exists()


@transaction.atomic(durable=True)
def take_next() -> Mail | None:
    """Take the mail that has waited the longest, for LEASE; None when nothing is due."""
    now = clock.now()
    due = Mail.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    mail = due.select_for_update(skip_locked=True, no_key=True).first()
    if mail is not None:
        mail.due_at, mail.tries = now + LEASE, mail.tries + 1
        mail.save(update_fields=["due_at", "tries"])
    return mail
