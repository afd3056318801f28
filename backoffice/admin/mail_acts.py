"""Staff acts on mails: each asks for a reason and calls one service."""

from backoffice.admin.acts import Act
from mail import blocking
from mail.models import BlockedAddress
from mail.resend import resend_mail


def resend(pk: int, *, actor: str, reason: str) -> None:
    """Send a mail again; who did it and why is in the log of the admin."""
    resend_mail(pk)


def unblock(pk: int, *, actor: str, reason: str) -> None:
    """Send mails to an address again."""
    blocking.unblock_address(pk)


def _explain_unblocking(blocked: BlockedAddress) -> list[str]:
    return [
        f"Mails to {blocked.address} are sent again from now on; those that were withheld can be sent again.",
        "Do it only when its owner asks: who mails dead addresses is taken for a sender of spam.",
    ]


RESEND = Act(
    name="resend",
    title="Send again",
    done="The mail is on its way again.",
    pointless="It is still on its way.",
    applies=lambda mail: mail.due_at is None,
    explain=lambda mail: [
        f"It is written anew, as things stand now, and sent to {mail.address}.",
        "What is no longer true, a blocked address and one that wants no such mails still get nothing.",
    ],
    run=resend,
)
UNBLOCK = Act(
    name="unblock",
    title="Send to it again",
    done="Mails are sent to this address again.",
    pointless="Mails are sent to this address already.",
    applies=lambda blocked: blocked.lifted_at is None,
    explain=_explain_unblocking,
    run=unblock,
)
