"""What each act that needs a second person does, in words, and the service that lets it happen."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from approvals.models import Approval, ApprovalAct
from backoffice.refund_presenters import explain_refund_terms
from charges.refunds.decide import approve_refund


class ApprovalDoor(NamedTuple):
    """How an act is shown, and how it is approved: by `approve(approval, decided_by=...)`."""

    explain: Callable[[Approval], Sequence[str]]
    approve: Callable[..., Approval]


DOORS: Mapping[str, ApprovalDoor] = {
    ApprovalAct.REFUND: ApprovalDoor(
        explain=lambda approval: explain_refund_terms(approval.details), approve=approve_refund
    ),
}
