"""Settings of a worker process that is killed in the calls of its processor."""

from tests.charges.collection.worker_settings import *  # noqa: F403 - the same settings but for this one

GATEWAYS = {
    "sandbox": "tests.charges.collection.killed_gateway.KilledGateway",
    "stripe": "tests.charges.collection.killed_stripe.KilledStripeGateway",
}
