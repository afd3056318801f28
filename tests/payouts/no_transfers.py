"""A sandbox processor that sends no money, as some processors do not."""

from gateway.movements import Answer, Movement, Verdict
from gateway.sandbox import SandboxGateway


class NoTransfers(SandboxGateway):
    def payout(self, movement: Movement) -> Answer:
        message = "This processor sends no money."
        return Answer(
            Verdict.DECLINED, movement.key, code="payouts_not_supported", hard=True, message=message
        )
