"""Send what is due, many at once; a slow endpoint holds no others up.

Threads only send. Taking and recording is done by the thread that started them, over one connection.
"""

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import NamedTuple

import structlog
from django.conf import settings

from core import clock
from core.failpoints import failpoint
from webhooks.fan_out import fan_out_events
from webhooks.models import Delivery
from webhooks.queue import take_due
from webhooks.record import record_answer
from webhooks.secrets import open_secret, sign
from webhooks.transport import DEADLINE, Answer, post

RUNS_FOR = 60.0
FANS_OUT_EVERY = 0.5
TICK = 0.2

log = structlog.get_logger(__name__)


def deliver_due() -> int:
    """Make and send deliveries until nothing is due, or for RUNS_FOR; return how many were sent."""
    with ThreadPoolExecutor(settings.WEBHOOKS_AT_ONCE) as pool:
        run = DeliveryRun(pool)
        while run.go_on():
            pass
    return run.sent


class Flight(NamedTuple):
    """A delivery that is being sent, and whether its endpoint was failing before."""

    delivery: Delivery
    failing: bool


class DeliveryRun:
    """What is under way in one run."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.sent = 0
        self._pool = pool
        self._flights: dict[Future[Answer], Flight] = {}
        self._began = time.monotonic()
        self._fans_out_at = self._began

    def go_on(self) -> bool:
        """Do what there is to do now and say whether there may be more."""
        is_over = self._lasts() > RUNS_FOR
        if not is_over:
            self._fan_out()
            self._start_due()
        if not self._flights:
            return False
        done, _ = wait(self._flights, timeout=TICK, return_when=FIRST_COMPLETED)
        for future in done:
            self._record(future)
        return True

    def _fan_out(self) -> None:
        if time.monotonic() >= self._fans_out_at:
            fan_out_events()
            self._fans_out_at = time.monotonic() + FANS_OUT_EVERY

    def _start_due(self) -> None:
        """Fill the free places; endpoints that fail have half of them, and none at the end of the run.

        They may take the whole time of a request, which would keep the run from ending.
        """
        places: int = settings.WEBHOOKS_AT_ONCE
        self._start(places - len(self._flights), failing=False)
        if self._lasts() < RUNS_FOR - DEADLINE:
            failing = sum(flight.failing for flight in self._flights.values())
            self._start(min(places - len(self._flights), max(1, places // 2) - failing), failing=True)

    def _start(self, most: int, *, failing: bool) -> None:
        for delivery in take_due(most=most, failing=failing) if most > 0 else ():
            # A context can be entered once, so each thread gets a copy: it carries the rehearsed clock.
            future = self._pool.submit(copy_context().run, send, delivery)
            self._flights[future] = Flight(delivery, failing)

    def _record(self, future: Future[Answer]) -> None:
        delivery = self._flights.pop(future).delivery
        try:
            answer = future.result()
        except Exception:
            log.exception("webhook could not be sent", delivery=delivery.pk)
            answer = Answer(trouble="a fault of this server")
        try:
            record_answer(delivery, answer)
        except Exception:
            log.exception("webhook was sent and not recorded", delivery=delivery.pk)  # It is sent again.
        self.sent += 1

    def _lasts(self) -> float:
        return time.monotonic() - self._began


def send(delivery: Delivery) -> Answer:
    """Send one delivery that was taken, outside transactions."""
    endpoint, at = delivery.endpoint, clock.now()
    message_id = f"evt_{delivery.event_id.hex}"
    secrets = [open_secret(sealed) for sealed in endpoint.list_sealed_secrets(at)]
    headers = {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "marketplace-billing-webhooks",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": sign(delivery.body, secrets=secrets, message_id=message_id, at=at),
        "webhook-attempt": str(delivery.tries),
        "webhook-sequence": str(delivery.sequence),
    }
    answer = post(endpoint.url, delivery.body.encode(), headers)
    failpoint("webhook.sent")
    return answer
