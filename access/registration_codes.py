"""Invitations to a company: one-time codes with which it registers."""

import hashlib
import secrets
from datetime import timedelta

from core import clock
from customers.errors import InvitationRefused
from customers.models import Invitation


def invite_company(*, note: str = "", days: int = 14) -> str:
    """Return a code that lets one company register within so many days."""
    code = secrets.token_urlsafe(24)
    expires_at = clock.now() + timedelta(days=days)
    Invitation.objects.create(digest=_digest(code), note=note, expires_at=expires_at)
    return code


def lock_invitation(code: str | None) -> Invitation:
    """Return an invitation that can be used, locked so that nobody uses it at the same time.

    Raises InvitationRefused when it is missing, unknown, used or expired.
    """
    found = Invitation.objects.select_for_update().filter(digest=_digest(code or "")).first()
    if found is None or found.used_by_id is not None or found.expires_at <= clock.now():
        raise InvitationRefused
    return found


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
