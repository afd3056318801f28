"""Who asked for what waits for a second person, in words."""

from approvals.models import Approval


def name_requester(approval: Approval) -> str:
    """Return who asked: somebody of the staff, an account of a seller, or the schedule."""
    if approval.requested_by is not None:
        return f"staff: {approval.requested_by}"
    return f"seller: {approval.requested_by_account}" if approval.requested_by_account else "the schedule"
