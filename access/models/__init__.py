"""Counters of wrong passwords, installed applications, sign-ups of sellers, invitations to the console."""

from access.models.counters import LONGEST_SUBJECT, LogInCounter
from access.models.installations import Installation, InstallationStatus
from access.models.invitations import ConsoleInvitation
from access.models.sign_ups import SignUp, SignUpStatus

__all__ = (
    "LONGEST_SUBJECT",
    "ConsoleInvitation",
    "Installation",
    "InstallationStatus",
    "LogInCounter",
    "SignUp",
    "SignUpStatus",
)
