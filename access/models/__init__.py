"""Tables of who logs in: wrong passwords, sessions, installed applications, sign-ups, invitations, roles."""

from access.models.counters import LONGEST_SUBJECT, LogInCounter
from access.models.installations import Installation, InstallationStatus
from access.models.invitations import ConsoleInvitation
from access.models.open_sessions import OpenSession
from access.models.sign_ups import SignUp, SignUpStatus

__all__ = (
    "LONGEST_SUBJECT",
    "ConsoleInvitation",
    "Installation",
    "InstallationStatus",
    "LogInCounter",
    "OpenSession",
    "SignUp",
    "SignUpStatus",
)
