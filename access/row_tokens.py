"""Tokens of mailed links: a signed name of a row, which says itself whether the link still works.

No table has what opens them: whoever reads the tables cannot make one.
"""

from uuid import UUID

from django.core import signing

# An invitation is accepted at the door that its mail leads to: in the console, or for the billing role.
SIGN_UP, INVITATION, TO_BILLING = "access.sign_up", "access.console_invitation", "access.member_invitations"


def make_token(purpose: str, public_id: UUID) -> str:
    """Return the token for a row."""
    return signing.dumps(str(public_id), salt=purpose)


def read_token(purpose: str, token: str) -> UUID | None:
    """Return the public id that a token names, None when we did not make it."""
    try:
        return UUID(signing.loads(token, salt=purpose))
    except (signing.BadSignature, ValueError):
        return None
