"""Tables of who logs in: wrong passwords, second factors, sessions, installations, sign-ups, invitations."""

from access.models.counters import LONGEST_SUBJECT, LogInCounter
from access.models.installations import Installation, InstallationStatus
from access.models.invitations import ConsoleInvitation
from access.models.open_sessions import OpenSession
from access.models.second_factors import LONGEST_NAME, AuthenticatorApp, Passkey, RecoveryCode
from access.models.sign_ups import SignUp, SignUpStatus

__all__ = (
    "LONGEST_NAME",
    "LONGEST_SUBJECT",
    "AuthenticatorApp",
    "ConsoleInvitation",
    "Installation",
    "InstallationStatus",
    "LogInCounter",
    "OpenSession",
    "Passkey",
    "RecoveryCode",
    "SignUp",
    "SignUpStatus",
)
