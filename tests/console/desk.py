"""What tests of the console share: the mails that wait, and the links in them."""

import re

from mail.causes.people import write_to_people
from mail.compose import compose_mail
from mail.models import Mail

LINK = re.compile(r"http://127\.0\.0\.1:\d+(/\S+)")


def fetch_mails() -> list:
    """The mails that wait now, as they would be sent; then none waits any more."""
    write_to_people()
    waiting = list(Mail.objects.filter(due_at__isnull=False).order_by("pk"))
    messages = [compose_mail(mail) for mail in waiting]
    Mail.objects.filter(pk__in=[mail.pk for mail in waiting]).update(due_at=None, withheld="outdated")
    return [message for message in messages if message is not None]


def find_link(message) -> str:
    """The path of the page that a mail leads to."""
    return LINK.findall(message.body)[0]
