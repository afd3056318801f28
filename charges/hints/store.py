"""Keep events of processors until somebody acts on them: each once, whoever tells it however often."""

from collections.abc import Sequence

from django.db import transaction

from charges.models import ProcessorEvent
from charges.models.events import MAX_EVENT_ID, MAX_REFERENCE
from charges.tasks import act_on_hints
from core.card_numbers import hides_card_number
from core.errors import InvalidField
from core.failpoints import failpoint
from gateway.hints import Hint

MOST_AT_ONCE = 1_000


@transaction.atomic
def store_hints(*, gateway: str, hints: Sequence[Hint]) -> None:
    """Keep the events that are not known yet, and have them acted on soon; nothing else of a hint is kept.

    Raises InvalidField for ids or references that cannot be kept.
    """
    if len(hints) > MOST_AT_ONCE:
        raise InvalidField("hints", f"must not be more than {MOST_AT_ONCE}")
    for hint in hints:
        _check("hints", hint.event_id, MAX_EVENT_ID)
        _check("hints", hint.reference, MAX_REFERENCE)
    ProcessorEvent.objects.bulk_create(
        [
            ProcessorEvent(
                gateway=gateway, event_id=hint.event_id, subject=hint.subject, reference=hint.reference
            )
            for hint in hints
        ],
        ignore_conflicts=True,
    )
    failpoint("hint.before_commit")
    if hints:
        transaction.on_commit(lambda: act_on_hints.delay(), robust=True)


def _check(field: str, text: str, longest: int) -> None:
    if not text or len(text) > longest or not text.isprintable():
        raise InvalidField(field, f"must have ids and references of 1 to {longest} printable characters")
    if hides_card_number(text, in_groups=False):
        raise InvalidField(field, "must not hold a card number")
