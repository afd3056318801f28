"""Send the mails that are due, several at once; a mail server that fails holds up nothing else.

Each sender takes one mail, sends it outside transactions, and writes down what came of it before the next:
one that is killed in between leaves that one mail in doubt, which is sent again under the same Message-ID.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from smtplib import SMTP
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connections

from core.failpoints import failpoint
from mail.blocking import is_blocked
from mail.compose import compose_mail
from mail.models import Mail, Withheld
from mail.outcomes import Away, NotTaken, Outcome, Sent, describe_error, explain_failure
from mail.queue import is_anything_due, take_next
from mail.record import give_back, record_outcome, record_withheld
from mail.unsubscribing import Subscribed, is_unsubscribed

# The link to a closed log-in waits no longer than that for its turn in this worker.
RUNS_FOR = 20.0

log = structlog.get_logger(__name__)


def send_due() -> int:
    """Send mails until none is due, the server is away, or for RUNS_FOR; return how many were taken."""
    if not is_anything_due():
        return 0
    ends_at = time.monotonic() + RUNS_FOR
    with ThreadPoolExecutor(settings.MAILS_AT_ONCE) as pool:
        # A context can be entered once, so each thread gets a copy: it carries the rehearsed clock.
        runs = [pool.submit(copy_context().run, _send_until, ends_at) for _ in range(settings.MAILS_AT_ONCE)]
    return sum(run.result() for run in runs)


def _send_until(ends_at: float) -> int:
    """Be one of the senders: its thread has connections of its own to the database and to the mail server."""
    sender = Sender()
    try:
        while time.monotonic() < ends_at and sender.send_next():
            pass
    finally:
        sender.hang_up()
        connections.close_all()
    return sender.taken


class Sender:
    """A line to the mail server, and the mails that go over it."""

    def __init__(self) -> None:
        self.taken = 0
        self._line: Any = None

    def send_next(self) -> bool:
        """Send the mail that waits the longest, and say whether to go on."""
        mail = take_next()
        if mail is None:
            return False
        self.taken += 1
        failpoint("mail.taken")
        reason = find_reason_to_withhold(mail)
        if reason is not None:
            record_withheld(mail, reason)
            return True
        return self._send(mail)

    def hang_up(self) -> None:
        """Close the line; what it says to that is of no interest."""
        line, self._line = self._line, None
        if line is not None:
            _try_quietly(line.close)

    def _send(self, mail: Mail) -> bool:
        try:
            message = compose_mail(mail)
        except Exception as error:
            log.exception("mail cannot be written", mail=mail.pk)
            record_outcome(mail, NotTaken(describe_error(error)))
            return True
        if message is None:
            record_withheld(mail, Withheld.OUTDATED)
            return True
        outcome = self._hand_over(message)
        failpoint("mail.sent")
        if isinstance(outcome, Away):
            log.warning("mail server is away", trouble=outcome.trouble)
            give_back(mail, trouble=outcome.trouble)
            return False
        record_outcome(mail, outcome)
        return True

    def _hand_over(self, message: EmailMessage) -> Outcome:
        try:
            self._call_up()
        except Exception as error:
            return Away(describe_error(error))
        try:
            self._line.send_messages([message])
        except Exception as error:
            self.hang_up()  # After a fault nobody knows what the server expects next.
            return explain_failure(error)
        status = getattr(message, "anymail_status", None)
        return Sent(str(getattr(status, "message_id", None) or ""))

    def _call_up(self) -> None:
        if self._line is None:
            line = get_connection()
            line.open()
            talk = getattr(line, "connection", None)
            if isinstance(talk, SMTP):  # Django would greet with the first mail, which is not to blame.
                talk.ehlo_or_helo_if_needed()
            self._line = line


def find_reason_to_withhold(mail: Mail) -> Withheld | None:
    """Return why a mail is not to be sent to its address, None when it may."""
    address = mail.address.lower()
    if is_blocked(address):
        return Withheld.BLOCKED
    return Withheld.UNSUBSCRIBED if is_unsubscribed(Subscribed(mail.kind, address)) else None


def _try_quietly(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception as error:
        log.info("mail server went away", error=describe_error(error))
