"""Asking once more about what is settled: a refund may come back, and a fee may be told late."""

from charges.collection.sending import describe_attempt
from charges.collection.settle import settle_outcomes
from charges.fees.record import record_late_fee
from charges.models import Attempt
from charges.processor.gateway_for import open_gateway_for
from core import clock


def ask_about_settled(attempt: Attempt) -> None:
    """Undo a refund that came back, take over a fee told late, and log any other contradiction.

    All else stays as it was settled. Of an attempt that is left to a person only the exact money is booked.
    Call it outside transactions. Raises GatewayError.
    """
    movement = describe_attempt(attempt, lease_ends=clock.now()).movement
    answer = open_gateway_for(attempt).lookup(movement)
    settle_outcomes({attempt.pk: answer})
    record_late_fee(attempt.pk, answer)
