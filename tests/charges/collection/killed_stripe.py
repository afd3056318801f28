"""Stripe as a processor in whose calls the process is killed: before or after the work, as the test says."""

from gateway.movements import Answer, Movement
from gateway.stripe.gateway import StripeGateway
from tests.charges.collection.killed_gateway import die_at


class KilledStripeGateway(StripeGateway):
    def prepare(self, movement: Movement) -> str:
        die_at("before prepare")
        reference = super().prepare(movement)
        die_at("after prepare")
        return reference

    def charge(self, movement: Movement) -> Answer:
        die_at("after the commit of the reference")
        answer = super().charge(movement)
        die_at("after confirm")
        return answer

    def refund(self, movement: Movement) -> Answer:
        die_at("before refund")
        answer = super().refund(movement)
        die_at("after refund")
        return answer

    def cancel(self, movement: Movement) -> Answer:
        die_at("before cancel")
        answer = super().cancel(movement)
        die_at("after cancel")
        return answer
