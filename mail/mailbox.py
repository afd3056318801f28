"""The mailbox of a machine of one's own: mails go into a folder and can be read on a page."""

import secrets
import sys
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ReadMessage
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from core import clock

KEPT = 200
SUFFIX = ".eml"


class MailboxBackend(BaseEmailBackend):
    """A backend of Django's that writes each mail to a file, and a line of it to the standard output."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails and return how many there were."""
        for message in email_messages:
            keep_mail(message)
            sys.stdout.write(
                f"mail to {', '.join(message.to)}: {message.subject} ({settings.BASE_URL}/mailbox/)\n"
            )
        sys.stdout.flush()
        return len(email_messages)


class KeptMail(NamedTuple):
    """A mail in the mailbox."""

    name: str
    kept_at: datetime
    message: ReadMessage

    def read_part(self, kind: str) -> str:
        """Return the plain or the html part, empty when there is none."""
        part = self.message.get_body((kind,))
        return part.get_content() if part is not None else ""


def keep_mail(message: EmailMessage) -> None:
    """Write a mail to a file of its own; of the oldest, all beyond KEPT are forgotten."""
    folder = Path(settings.MAILBOX_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{clock.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    (folder / f"{name}{SUFFIX}").write_bytes(message.message().as_bytes())
    for file in _list_files()[KEPT:]:
        file.unlink(missing_ok=True)


def list_kept_mails() -> list[KeptMail]:
    """Return the mails in the mailbox, newest first."""
    return [_read(file) for file in _list_files()]


def find_kept_mail(name: str) -> KeptMail | None:
    """Return one of them."""
    return next((_read(file) for file in _list_files() if file.stem == name), None)


def _list_files() -> list[Path]:
    return sorted(Path(settings.MAILBOX_DIR).glob(f"*{SUFFIX}"), reverse=True)


def _read(file: Path) -> KeptMail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    kept_at = datetime.strptime(f"{file.stem.partition('-')[0]}+0000", "%Y%m%dT%H%M%S%f%z")
    return KeptMail(file.stem, kept_at, message)
