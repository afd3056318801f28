"""The daily mail to staff about what needs a person: one a day, whatever happens."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.module_loading import import_string

from core import clock
from mail.kinds import Kind
from mail.models import Mail
from mail.queue import Draft, queue_mails
from mail.recipients import Recipient, list_staff

NOTHING = UUID(int=0)


class Concern(Protocol):
    """A figure of the admin's first page, and whether it calls for somebody."""

    @property
    def title(self) -> str:
        """What is counted."""

    @property
    def value(self) -> str:
        """How much of it there is."""

    @property
    def alarming(self) -> bool:
        """Whether somebody is to look at it."""


class ListConcerns(Protocol):
    """List the figures that a person of the staff may see."""

    def __call__(self, user: User) -> Iterable[Concern]:
        """Return them."""


@transaction.atomic
def digest_for_staff() -> int:
    """Queue a mail for everybody of the staff who may see something that needs a person, once a day (UTC).

    Returns for how many there was something.
    """
    cause = f"day {clock.now().date()}"
    told = set(Mail.objects.filter(kind=Kind.STAFF_DIGEST, cause=cause).values_list("staff", flat=True))
    list_concerns: ListConcerns = import_string(settings.STAFF_CONCERNS)
    mails: list[Mail] = []
    for user in list_staff():
        if user.pk in told:
            continue
        concerns = [[each.title, each.value] for each in list_concerns(user) if each.alarming]
        draft = Draft(Kind.STAFF_DIGEST, cause, NOTHING, {"concerns": concerns})
        mails += draft.to([Recipient(user.email.lower(), staff_id=user.pk)]) if concerns else []
    queue_mails(mails)
    return len(mails)
