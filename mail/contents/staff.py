"""Mails to those who run the marketplace."""

from django.conf import settings
from django.utils.translation import gettext as _

from mail.contents.parts import Content, Fact
from mail.models import Mail


def write_digest(mail: Mail) -> Content:
    """What needs a person, counted when the mail was made."""
    return Content(
        words={"host": settings.BASE_URL},
        facts=[Fact(title, value) for title, value in mail.facts["concerns"]],
        why=_("You get this mail because you work for this marketplace."),
        path="/admin/",
    )
