"""What came of trying to send a mail, and what that says about trying again."""

from collections.abc import Mapping
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused
from typing import NamedTuple

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused, AnymailSerializationError

from core.card_numbers import mask_card_numbers

SHOWN = 200
PERMANENT = range(500, 600)
# What a provider answers to a mail that it will never take.
REFUSING = (400, 413, 422)
# What a provider answers to whoever is not let in, or asks too often; None is no answer.
KEEPING_OUT = (None, 401, 403, 429)


class Sent(NamedTuple):
    """The mail server took it; a provider gives it a name."""

    provider_id: str = ""


class NotTaken(NamedTuple):
    """It was not taken, as far as we know, and why; what is final is not tried again."""

    trouble: str
    is_final: bool = False


class Away(NamedTuple):
    """The server takes no mail of ours at all: it cannot be reached, or does not let us in."""

    trouble: str


Outcome = Sent | NotTaken | Away


def explain_failure(error: Exception) -> NotTaken | Away:
    """Return what an exception while sending means: for this mail, or for all."""
    if _is_about_all(error):
        return Away(describe_error(error))
    return NotTaken(describe_error(error), is_final=_is_final(error))


def describe_error(error: Exception) -> str:
    """Return an exception in one short line, without card numbers."""
    if isinstance(error, SMTPRecipientsRefused):
        said = "; ".join(f"{code} {_read(text)}" for code, text in error.recipients.values())
    elif isinstance(error, SMTPResponseException):
        said = f"{error.smtp_code} {_read(error.smtp_error)}"
    else:
        said = str(error)
    line = " ".join(f"{type(error).__name__}: {said}".replace("\0", " ").split())
    return mask_card_numbers(line)[:SHOWN]


def _is_about_all(error: Exception) -> bool:
    if isinstance(error, AnymailAPIError):
        return error.status_code in KEEPING_OUT
    return isinstance(error, SMTPSenderRefused)


def _is_final(error: Exception) -> bool:
    """Say whether this very mail will never be taken: a wrong address, or what no header can hold."""
    if isinstance(error, SMTPRecipientsRefused):
        return _all_permanent(error.recipients)
    if isinstance(error, SMTPDataError):
        return error.smtp_code in PERMANENT
    if isinstance(error, AnymailRecipientsRefused | AnymailSerializationError):
        return True
    if isinstance(error, AnymailAPIError):
        return error.status_code in REFUSING
    return isinstance(error, ValueError)


def _all_permanent(recipients: Mapping[str, tuple[int, bytes]]) -> bool:
    return bool(recipients) and all(code in PERMANENT for code, _ in recipients.values())


def _read(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text
