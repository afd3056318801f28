"""Put a mail together: its words, and the headers by which programs know it."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation

from core.local_formats import list_zones
from core.mail_layout import make_message, write_letter
from mail.contents import write_content
from mail.kinds import OPTIONAL
from mail.models import Mail
from mail.unsubscribing import link_to_unsubscribe


def compose_mail(mail: Mail) -> EmailMessage | None:
    """Return a mail as it is sent; None when what it says is no longer true.

    Its Message-ID is the same however often it is tried, so that a receiver who gets it twice can tell.
    """
    time_zone = _find_time_zone(mail)
    with translation.override(mail.language), timezone.override(time_zone):
        content = write_content(mail)
    if content is None:
        return None
    unsubscribe_url = link_to_unsubscribe(mail.kind, mail.address) if mail.kind in OPTIONAL else ""
    context = {
        **content.words,
        "facts": content.facts,
        "why": content.why,
        "more": content.more,
        "action_url": f"{settings.BASE_URL}{content.path}" if content.path else "",
        "is_test": not mail.livemode,
        "unsubscribe_url": unsubscribe_url,
    }
    letter = write_letter(f"mail/{mail.kind}.html", context, language=mail.language, time_zone=time_zone)
    headers = {"Message-ID": name_message(mail), **_unsubscribe_headers(unsubscribe_url)}
    return make_message(letter, to=mail.address, headers=headers)


def name_message(mail: Mail) -> str:
    """Return the Message-ID of a mail: another one only when staff have it sent again."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    return f"<{mail.public_id.hex}.{mail.resends}@{host}>"


def _unsubscribe_headers(url: str) -> dict[str, str]:
    """Return the headers of RFC 8058, with which a mail program unsubscribes by one click."""
    if not url:
        return {}
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _find_time_zone(mail: Mail) -> str:
    wanted = mail.account.time_zone if mail.account else ""
    return wanted if wanted in list_zones() else "UTC"
