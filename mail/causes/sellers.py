"""Events about which people of the seller are mailed."""

from collections.abc import Iterator, Mapping, Sequence

from core.bulk import run_query
from events.models import Event
from events.types import EventType
from mail.kinds import Kind
from mail.models import Mail
from mail.queue import Draft
from mail.recipients import BillingPeople, find_caretakers, find_payees

# A new kind of event for the people with the billing role of a seller needs no more than a line here.
MONEY: Mapping[str, Kind] = {
    EventType.DISPUTE_OPENED: Kind.DISPUTE_OPENED,
    EventType.DISPUTE_WON: Kind.DISPUTE_WON,
    EventType.DISPUTE_LOST: Kind.DISPUTE_LOST,
    EventType.PAYOUT_SETTLED: Kind.PAYOUT_PAID,
    EventType.PAYOUT_RETURNED: Kind.PAYOUT_RETURNED,
}
ENDPOINTS: Mapping[str, Kind] = {
    EventType.ENDPOINT_FAILING: Kind.ENDPOINT_FAILING,
    EventType.ENDPOINT_DISABLED: Kind.ENDPOINT_DISABLED,
}
SWITCHED_OFF_BY_US = ("", "gone", "failing")
SOLD_BEFORE = """
SELECT app.id FROM unnest(%(apps)s::bigint[]) AS app(id)
WHERE EXISTS (
    SELECT FROM events_event e
    WHERE e.application_id = app.id AND e.type = %(type)s AND e.livemode
      AND (e.xact, e.id) < (%(xact)s, %(event)s)
)
"""


def write_to_sellers(events: Sequence[Event]) -> Iterator[Mail]:
    """Yield the mails about events: of money to people with the billing role, of endpoints to developers."""
    yield from _write_about_money(events)
    yield from _write_about_payout_settings(events)
    yield from _write_about_endpoints(events)


def _write_about_money(events: Sequence[Event]) -> Iterator[Mail]:
    moves = [event for event in events if event.type in MONEY]
    first_sales = _find_first_sales(events)
    people = BillingPeople({event.organization_id for event in (*moves, *first_sales)})
    for event in moves:
        draft = Draft(MONEY[event.type], event.public_id, event.object_id, event.snapshot, event.livemode)
        yield from draft.to(people.all_of(event.organization_id))
    for event in first_sales:
        cause = f"first sale of application {event.application_id}"
        draft = Draft(Kind.FIRST_SALE, cause, event.object_id, event.snapshot)
        yield from draft.to(people.all_of(event.organization_id))


def _write_about_payout_settings(events: Sequence[Event]) -> Iterator[Mail]:
    """Tell all who could have wanted it: who got hold of one log-in is noticed by the others."""
    changes = [event for event in events if event.type == EventType.PAYOUT_SETTINGS_CHANGED]
    for event in changes:
        draft = Draft(Kind.PAYOUT_SETTINGS, event.public_id, event.object_id, event.snapshot)
        yield from draft.to(find_payees(event.organization_id))


def _find_first_sales(events: Sequence[Event]) -> list[Event]:
    """Return the first sale of each application that has sold nothing before these events."""
    sales = [each for each in events if each.type == EventType.CHARGE_SUCCEEDED and each.livemode]
    first: dict[int, Event] = {}
    for event in sales:
        if event.application_id is not None:
            first.setdefault(event.application_id, event)
    if not first:
        return []
    asked = {
        "apps": [*first],
        "type": EventType.CHARGE_SUCCEEDED,
        "xact": events[0].xact,
        "event": events[0].pk,
    }
    sold_before = {pk for (pk,) in run_query(SOLD_BEFORE, asked)}
    return [event for pk, event in first.items() if pk not in sold_before]


def _write_about_endpoints(events: Sequence[Event]) -> Iterator[Mail]:
    told = [
        event
        for event in events
        if event.type in ENDPOINTS and event.snapshot.get("disabled_reason") in SWITCHED_OFF_BY_US
    ]
    caretakers = find_caretakers(event.snapshot["application"] for event in told)
    for event in told:
        draft = Draft(ENDPOINTS[event.type], event.public_id, event.object_id, event.snapshot)
        yield from draft.to(caretakers.get(event.snapshot["application"], []))
