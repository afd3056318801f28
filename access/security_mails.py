"""Mails about a log-in, sent at once: they are kept in no queue, and one that is lost is asked for again."""

import structlog
from django.conf import settings
from django.contrib.auth.models import User

from core.mail_layout import make_message, write_letter
from customers.models import Account

log = structlog.get_logger(__name__)


def mail_to(user: User, template: str, **context: object) -> None:
    """Mail a person in their language. A mail that fails is logged."""
    chosen = Account.objects.filter(user=user).values_list("language", flat=True).first()
    send_letter(user.email, template, language=chosen or settings.LANGUAGE_CODE, **context)


def send_letter(address: str, template: str, *, language: str, **context: object) -> None:
    """Mail an address. A mail that fails is logged."""
    letter = write_letter(template, context, language=language)
    try:
        make_message(letter, to=address, headers={}).send()
    except OSError as error:
        log.warning("a mail about a log-in failed", template=template, error=type(error).__name__)
