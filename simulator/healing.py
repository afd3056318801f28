"""The time to heal: no more faults, what is due is done, and time passes until every answer has come."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta

from bookkeeping.closing import close_fenced_months
from charges.collection.resolve import resolve_attempt
from charges.collection.single import collect_charge
from charges.disputes.ask import ask_about_open_disputes, ask_for_disputes
from charges.hints.act import act_on_event
from charges.models import Attempt, Charge, ProcessorEvent
from core import clock
from core.errors import BillingError
from core.per_row import run_logged
from invoicing.issue import issue_papers
from mail.read_events import read_new_events
from payouts.sending.transfer import ask_about_payouts, send_approved_payouts
from simulator.actors.beats import renew_some
from simulator.actors.bookkeepers import close_next_month
from simulator.actors.deliveries import deliver_due
from simulator.database import wait_for_all_transactions
from simulator.marketplace import Marketplace
from simulator.processor import LINE, OnTheWay, UnreliableSandbox
from subscriptions.lifecycle.cancel import end_due_subscriptions
from webhooks.endpoints import enable_endpoint
from webhooks.fan_out import fan_out_events
from webhooks.models import Endpoint

# In the end longer than a processor remembers a key, and than the longest wait of a webhook.
PASSING = [timedelta(minutes=minutes) for minutes in (10, 1_500, 1_500)]
ROUNDS = 12
CLOSES = 0.1


def heal(market: Marketplace) -> None:
    """Let everything come to its end; sellers whose endpoint was switched off switch it on again."""
    for pk in Endpoint.objects.exclude(disabled_at=None).values_list("pk", flat=True):
        enable_endpoint(pk)
    for passing in PASSING:
        market.time.move(passing)
        for request in _take_late_requests():
            UnreliableSandbox().arrive(request)
        ask_for_disputes()
        ask_about_open_disputes()
        _move_money()
        _keep_books(market)
    wait_for_all_transactions()
    issue_papers()
    read_new_events()
    fan_out_events()
    while deliver_due(most=100):
        pass


def _keep_books(market: Marketplace) -> None:
    """Go on with closes that have begun, and begin one in some histories."""
    close_fenced_months()
    if market.draw.random() < CLOSES:
        with suppress(BillingError):
            close_next_month()
        close_fenced_months()


def _take_late_requests() -> list[OnTheWay]:
    late, LINE.on_the_way = LINE.on_the_way, []
    return late


def _move_money() -> None:
    """Do what is due until nothing more is, as at this instant.

    The rows are those of the sweeps; one thread works on them, as many would open a connection each.
    """
    for _ in range(ROUNDS):
        found = renew_some() + end_due_subscriptions()
        found += _work_on(collect_charge, Charge.objects.due().values_list("pk", flat=True))
        found += _work_on(resolve_attempt, Attempt.objects.unresolved().values_list("pk", flat=True))
        waiting = ProcessorEvent.objects.filter(act_at__lte=clock.now())
        found += _work_on(act_on_event, waiting.values_list("pk", flat=True))
        found += send_approved_payouts() + ask_about_payouts()
        if not found:
            break


def _work_on(work: Callable[[int], None], ids: Iterable[int]) -> int:
    return sum(run_logged(work, pk) for pk in list(ids))
