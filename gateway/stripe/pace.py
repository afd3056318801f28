"""Keep below Stripe's limits on requests: all workers take turns that are kept in the shared cache.

A second has as many slots as calls are allowed; who adds the key of a slot first has it. So no second holds
more calls than that, wherever it begins, and no library's counter of whole seconds does as well. While the
shared cache is away the cache counts by process (`billing_site.caches`), and Stripe's 429 is the limit.
"""

import math
import time

from django.conf import settings
from django.core.cache import cache

from core import clock
from gateway.base import NotSent

LONGEST_WAIT = 2.0
KEPT_SECONDS = 5


def wait_for_turn(account: str, endpoint: str) -> None:
    """Wait until a call may be made, at most LONGEST_WAIT seconds. Raises NotSent if that is not enough."""
    if clock.is_rehearsed():  # A clock that stands still has no seconds to share out.
        return
    now = clock.now().timestamp()
    at = _take_slot(f"{account}:{endpoint}", settings.STRIPE_CALLS_PER_ENDPOINT, now, now + LONGEST_WAIT)
    at = _take_slot(account, settings.STRIPE_CALLS_PER_SECOND, at, now + LONGEST_WAIT)
    time.sleep(max(0.0, at - now))


def _take_slot(name: str, rate: int, earliest: float, latest: float) -> float:
    """Take the first free slot and return when it begins. Raises NotSent."""
    for slot in range(math.ceil(earliest * rate), math.floor(latest * rate) + 1):
        if cache.add(f"stripe-pace:{name}:{rate}:{slot}", 1, KEPT_SECONDS):
            return slot / rate
    raise NotSent("Stripe's limit on requests is used up for the moment.")
