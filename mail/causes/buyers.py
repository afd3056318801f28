"""Events about which people of the buyer are mailed."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from charges.collection.outcomes import GIVEN_UP_CODE
from charges.models import Acceptance, Charge
from events.models import Event
from events.types import EventType
from mail.kinds import Kind
from mail.models import Mail
from mail.queue import Draft
from mail.recipients import BillingPeople

# What somebody has to act on goes to everybody with the billing role, the rest to who agreed.
FOR_ALL: Mapping[str, Kind] = {
    EventType.CHARGE_PAYMENT_FAILED: Kind.PAYMENT_FAILED,
    EventType.CHARGE_FAILED: Kind.PAYMENT_FAILED,
    EventType.CHARGE_CONFIRMATION_REQUIRED: Kind.CONFIRM_PAYMENT,
    EventType.SUBSCRIPTION_FROZEN: Kind.SUBSCRIPTION_FROZEN,
}
FOR_ONE: Mapping[str, Kind] = {
    EventType.CHARGE_SUCCEEDED: Kind.RECEIPT,
    EventType.SUBSCRIPTION_TRIAL_EXTENDED: Kind.TRIAL_ENDS,
    EventType.SUBSCRIPTION_ENDING: Kind.SUBSCRIPTION_ENDING,
    EventType.SUBSCRIPTION_KEPT: Kind.SUBSCRIPTION_KEPT,
    EventType.SUBSCRIPTION_CANCELLED: Kind.SUBSCRIPTION_CANCELLED,
    EventType.SUBSCRIPTION_EXPIRED: Kind.SUBSCRIPTION_ENDED,
    EventType.REFUND_SUCCEEDED: Kind.REFUNDED,
}
KINDS = {**FOR_ALL, **FOR_ONE}


def write_to_buyers(events: Sequence[Event]) -> Iterator[Mail]:
    """Yield the mails about events; customers of merchants hear of theirs from the merchant."""
    told = _leave_out_what_another_tells([each for each in events if each.buyer_id and each.type in KINDS])
    people = BillingPeople({event.buyer_id for event in told if event.buyer_id})
    agreed = _find_who_agreed(told)
    for event in told:
        draft = Draft(KINDS[event.type], event.public_id, event.object_id, event.snapshot, event.livemode)
        if event.type in FOR_ALL:
            yield from draft.to(people.all_of(event.buyer_id))
        else:
            yield from draft.to(people.who_agreed(event.buyer_id, agreed.get(event.object_id)))


def _leave_out_what_another_tells(events: Sequence[Event]) -> list[Event]:
    """Leave out failures of what was given up, and those of periods: the subscription is frozen then."""
    failed = [event.object_id for event in events if event.type == EventType.CHARGE_FAILED]
    periods = Charge.objects.filter(public_id__in=failed, subscription__isnull=False)
    of_periods = set(periods.values_list("public_id", flat=True)) if failed else set()
    return [
        event
        for event in events
        if event.type != EventType.CHARGE_FAILED
        or (event.snapshot["failure_code"] != GIVEN_UP_CODE and event.object_id not in of_periods)
    ]


def _find_who_agreed(events: Sequence[Event]) -> dict[UUID, int]:
    """Return the accounts that accepted what the events are about, by the id of that."""
    ids = {event.object_id for event in events if event.type in FOR_ONE}
    found: dict[UUID, int] = {}
    for path in ("charge", "charge__refunds", "subscription", "subscription__charges") if ids else ():
        accepted = Acceptance.objects.filter(**{f"{path}__public_id__in": ids})
        found |= dict(accepted.values_list(f"{path}__public_id", "account"))
    return found
