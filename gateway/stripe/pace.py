"""Keep below Stripe's limits on requests: all workers take turns that are kept in the shared cache.

A second has as many slots as calls are allowed; who adds the key of a slot first has it. So no second has
more turns than that, wherever it begins, which a counter of whole seconds cannot say. While the shared cache
is away the cache counts by process (`billing_site.caches`), and Stripe's 429 is the limit.
"""

import math
import time

from django.conf import settings
from django.core.cache import cache

from core import clock
from gateway.base import NotSent

LONGEST_WAIT = 2.0
KEPT_SECONDS = 5
# The last run of slots that this process found taken, by bucket: those need not be asked for again.
_taken: dict[str, tuple[int, int]] = {}


def wait_for_turn(account: str, endpoint: str) -> None:
    """Wait until a call may be made, at most LONGEST_WAIT seconds. Raises NotSent if that is not enough."""
    if clock.is_rehearsed():  # A clock that stands still has no seconds to share out.
        return
    now = _now()
    at = _take_slot(f"{account}:{endpoint}", settings.STRIPE_CALLS_PER_ENDPOINT, now, now + LONGEST_WAIT)
    at = _take_slot(account, settings.STRIPE_CALLS_PER_SECOND, at, now + LONGEST_WAIT)
    time.sleep(max(0.0, at - _now()))


def _take_slot(bucket: str, rate: int, earliest: float, latest: float) -> float:
    """Take the first free slot and return when it begins. Raises NotSent.

    One that began while it was asked for is left unused: calls that are late must not come all at once.
    """
    name = f"stripe-pace:{bucket}:{rate}"
    first = slot = math.ceil(earliest * rate)
    low, high = _taken.get(name, (0, -1))
    if low <= first <= high + 1:
        first, slot = low, high + 1
    while slot <= latest * rate:
        is_mine = cache.add(f"{name}:{slot}", 1, KEPT_SECONDS)
        _taken[name] = (first, slot)
        if is_mine and slot + 1 > _now() * rate:
            return slot / rate
        slot += 1
        if slot < (soonest := math.ceil(_now() * rate)):
            first = slot = soonest
    raise NotSent("Stripe's limit on requests is used up for the moment.")


def _now() -> float:
    return clock.now().timestamp()
