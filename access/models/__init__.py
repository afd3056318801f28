"""Counters of wrong passwords, sign-ups of sellers, and invitations to the console."""

from access.models.counters import LONGEST_SUBJECT, LogInCounter
from access.models.invitations import ConsoleInvitation
from access.models.sign_ups import SignUp, SignUpStatus

__all__ = ("LONGEST_SUBJECT", "ConsoleInvitation", "LogInCounter", "SignUp", "SignUpStatus")
