"""What lower layers want mailed to people of sellers: sign-ups, invitations, decisions about applications.

Each row says of itself whether its mail is queued; so nothing is lost when a process dies.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from access.models import ConsoleInvitation, SignUp, SignUpStatus
from customers.models import ApplicationChange
from mail.kinds import Kind
from mail.models import Mail
from mail.queue import Draft, queue_mails
from mail.recipients import Recipient, find_caretakers

AT_ONCE = 500
KINDS = {
    SignUpStatus.MAILED: Kind.SIGN_UP,
    SignUpStatus.DONE: Kind.SIGN_UP_DECIDED,
    SignUpStatus.REFUSED: Kind.SIGN_UP_DECIDED,
}

Row = TypeVar("Row", SignUp, ConsoleInvitation, ApplicationChange)


def write_to_people() -> int:
    """Queue the mails of all rows that want one, and return how many rows that were."""
    invitations = ConsoleInvitation.objects.filter(ended_at=None)
    changes = ApplicationChange.objects.select_related("application")
    return (
        _tell(SignUp.objects.all(), _write_about_sign_up)
        + _tell(invitations, _write_about_invitation)
        + _tell(changes, _write_about_application)
    )


@transaction.atomic(durable=True)
def _tell(rows: QuerySet[Row], write: Callable[[Row], Iterable[Mail]]) -> int:
    """Queue the mails of a portion of rows, skipping those that another process has."""
    untold = rows.filter(is_told=False).order_by("pk")
    found: Sequence[Row] = list(
        untold.select_for_update(of=("self",), skip_locked=True, no_key=True)[:AT_ONCE]
    )
    if found:
        queue_mails(mail for row in found for mail in write(row))
        rows.model._default_manager.filter(pk__in=[row.pk for row in found]).update(is_told=True)
    return len(found)


def _write_about_sign_up(sign_up: SignUp) -> list[Mail]:
    kind = KINDS.get(SignUpStatus(sign_up.status))
    if kind is None:
        return []
    draft = Draft(kind, f"sign-up {sign_up.public_id} {sign_up.status}", sign_up.public_id, {})
    return draft.to([Recipient(sign_up.email)])


def _write_about_invitation(invitation: ConsoleInvitation) -> list[Mail]:
    draft = Draft(Kind.INVITATION, f"invitation {invitation.public_id}", invitation.public_id, {})
    return draft.to([Recipient(invitation.email)])


def _write_about_application(change: ApplicationChange) -> list[Mail]:
    """Tell those who look after the application."""
    client_id = change.application.client_id
    draft = Draft(Kind.APPLICATION_DECIDED, f"decision {change.public_id}", change.public_id, {})
    return draft.to(find_caretakers([client_id])[client_id])
