"""Write down what came of a mail, and when it is tried again."""

import structlog
from django.db import transaction

from core import clock
from core.delays import find_delay
from mail.models import Mail, Withheld
from mail.outcomes import NotTaken, Sent
from mail.schedule import AWAY_FOR, DELAYS

log = structlog.get_logger(__name__)


@transaction.atomic(durable=True)
def record_outcome(taken: Mail, outcome: Sent | NotTaken) -> None:
    """Write down what came of a mail as it was taken.

    Success counts whoever tells of it; a failure only while the lease of its sender holds.
    """
    mail = Mail.objects.select_for_update(no_key=True).get(pk=taken.pk)
    if mail.due_at is None or mail.resends != taken.resends:
        return
    if isinstance(outcome, Sent):
        mail.due_at, mail.sent_at, mail.trouble = None, clock.now(), ""
        mail.provider_id = outcome.provider_id[:200]
    elif mail.tries == taken.tries:
        _fail(mail, outcome)
    mail.save(update_fields=["due_at", "sent_at", "failed_at", "failures", "trouble", "provider_id"])


@transaction.atomic(durable=True)
def record_withheld(taken: Mail, reason: Withheld) -> None:
    """Write down that a mail as it was taken is not sent, and why."""
    mail = Mail.objects.filter(due_at__isnull=False, tries=taken.tries)
    mail.filter(pk=taken.pk).update(due_at=None, withheld=reason)


@transaction.atomic(durable=True)
def give_back(taken: Mail, *, trouble: str) -> None:
    """Let a mail as it was taken be due again in a minute: a server that is away is no failure of a mail."""
    mail = Mail.objects.filter(due_at__isnull=False, tries=taken.tries)
    mail.filter(pk=taken.pk).update(due_at=clock.now() + AWAY_FOR, trouble=trouble)


def _fail(mail: Mail, outcome: NotTaken) -> None:
    mail.failures, mail.trouble = mail.failures + 1, outcome.trouble
    wait = None if outcome.is_final else find_delay(mail.failures, DELAYS)
    mail.due_at = None if wait is None else clock.now() + wait
    mail.failed_at = clock.now() if wait is None else None
    if wait is None:
        log.warning("mail is given up", mail=mail.pk, kind=mail.kind, trouble=outcome.trouble)
