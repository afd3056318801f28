"""Moving the money of a subscription while the caller waits for it."""

from time import monotonic, sleep

from charges.collection.single import collect_charge
from charges.models import Attempt, AttemptState, Charge

PATIENCE, PAUSE = 3.0, 0.1  # Seconds.


def collect_now(subscription_id: int) -> None:
    """Collect what is due of a subscription at this moment: a first period, a refund.

    Call it outside of transactions. Whatever goes wrong at the processor is in the charge afterwards. What
    another process, such as the sweep, has taken up meanwhile is left to it and waited for, but not longer
    than PATIENCE.
    """
    due = Charge.objects.due().filter(subscription_id=subscription_id)
    for charge_id in list(due.values_list("pk", flat=True)):
        collect_charge(charge_id)
    deadline = monotonic() + PATIENCE
    while _is_with_another(subscription_id) and monotonic() < deadline:
        sleep(PAUSE)


def _is_with_another(subscription_id: int) -> bool:
    """Say whether another process is claiming or sending something of a subscription."""
    sending = Attempt.objects.filter(charge__subscription=subscription_id, state=AttemptState.SENDING)
    return sending.exists() or Charge.objects.due().filter(subscription_id=subscription_id).exists()
