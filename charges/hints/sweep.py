"""The sweeps over events of processors: any number of workers may run them."""

from datetime import timedelta

from charges.collection.sweeps import work_on_each
from charges.hints.act import act_on_event
from charges.models import ProcessorEvent
from core import clock

BATCH = 200
KEPT_FOR = timedelta(days=90)


def act_on_waiting_events() -> int:
    """Act on up to a batch of events, oldest first, several at once, and return how many there were."""
    waiting = ProcessorEvent.objects.filter(act_at__lte=clock.now()).order_by("act_at")
    return work_on_each(act_on_event, waiting.values_list("pk", flat=True)[:BATCH])


def forget_old_events() -> int:
    """Remove events that came more than 90 days ago and return how many; those that wait are kept."""
    old = ProcessorEvent.objects.filter(received_at__lt=clock.now() - KEPT_FOR, act_at=None)
    return old.delete()[0]
