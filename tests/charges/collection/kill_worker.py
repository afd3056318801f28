"""A worker whose children are killed, one for each line of its input.

A line is a verb, a charge, seconds to wait, the point at which the child dies, and the address of the
processor. Children are forked before any connection is open; the worker writes how each of them ended.
"""

import os
import sys
from datetime import timedelta

import django
from django.conf import settings

django.setup()

from charges.collection.resolve import resolve_attempt  # noqa: E402 - Django must be set up first
from charges.collection.single import collect_charge  # noqa: E402
from charges.models import Attempt  # noqa: E402
from core import clock  # noqa: E402
from tests.charges.collection.killed_gateway import POINT  # noqa: E402


def work(verb: str, charge_id: int, seconds: int, point: str) -> None:
    """Do one step of the protocol at a later instant, and die on the way."""
    os.environ[POINT] = point
    with clock.travel_to(clock.now() + timedelta(seconds=seconds)):
        if verb == "collect":
            collect_charge(charge_id)
        else:
            resolve_attempt(Attempt.objects.get(charge=charge_id, state__in=("sending", "unknown")).pk)


for line in sys.stdin:
    verb, charge_id, seconds, point, settings.STRIPE_API_BASE = line.rstrip("\n").split("\t")
    child = os.fork()
    if not child:
        try:
            work(verb, int(charge_id), int(seconds), point)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
    sys.stdout.flush()
