"""The rule for new passwords of people, and what ends with the old one."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import MinimumLengthValidator

from access.oauth.access_tokens import end_access
from access.open_sessions import end_sessions

MIN_LENGTH = 12  # PCI DSS 4.0, requirement 8.3.6.


class NewPassword(MinimumLengthValidator):
    """Asks for 12 characters; a new password ends tokens, codes and sessions, whoever sets it.

    Django calls `password_changed` whenever a person with a new password is saved, and not when it only
    hashes the same one anew. Sessions name the hash of the password and end by themselves.
    """

    def __init__(self, min_length: int = MIN_LENGTH) -> None:
        super().__init__(min_length)

    def password_changed(self, password: str, user: User) -> Any:
        """Revoke what was granted under the old password, and forget its sessions."""
        end_access(user.pk)
        end_sessions(user.pk)
