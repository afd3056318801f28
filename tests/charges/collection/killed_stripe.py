"""Stripe as a processor in whose calls the process is killed: before or after the work, as the test says."""

from gateway.stripe.gateway import StripeGateway
from tests.charges.collection.killed_gateway import DiesInCalls


class KilledStripeGateway(DiesInCalls, StripeGateway):
    pass
