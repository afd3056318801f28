"""Tables of who logs in: counters of wrong passwords, open sessions, invitations, changes of roles."""

from access.models.counters import LONGEST_SUBJECT, LogInCounter
from access.models.members import MemberInvitation, RoleChange
from access.models.open_sessions import OpenSession

__all__ = ["LONGEST_SUBJECT", "LogInCounter", "MemberInvitation", "OpenSession", "RoleChange"]
