"""The mail server, which is away now and then, refuses mails, or takes one and does not say so."""

from collections.abc import Sequence
from smtplib import SMTPDataError, SMTPServerDisconnected

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from simulator.faults import Fault, Faults

CHANCE = 0.5
TROUBLES = (Fault.MAIL_REFUSED, Fault.MAIL_TWICE)


class MailServer:
    """Notes which mails it has taken, by their Message-ID."""

    def __init__(self) -> None:
        self.faults: Faults | None = None
        self.taken: set[str] = set()

    def reset(self, faults: Faults) -> None:
        """Begin a history."""
        self.faults, self.taken = faults, set()

    def take(self, message: EmailMessage) -> None:
        """Take a mail or not. Raises what smtplib would."""
        trouble = self.faults.choose(TROUBLES, chance=CHANCE) if self.faults else None
        if trouble == Fault.MAIL_REFUSED:
            raise SMTPDataError(451, b"try again later")
        self.taken.add(message.extra_headers["Message-ID"])
        if trouble == Fault.MAIL_TWICE:
            raise SMTPServerDisconnected("the connection was lost")


SERVER = MailServer()


class UnreliableMail(BaseEmailBackend):
    """What the settings name in the place of SMTP."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Hand over mails one by one."""
        for message in email_messages:
            SERVER.take(message)
        return len(email_messages)
