"""The marketplace of one history: its people, and what lies between them."""

import random
from dataclasses import dataclass

from django.contrib.auth.models import User

from access.oauth.bearer_tokens import Caller
from charges.consent import Decider
from customers.models import Account
from simulator.faults import Faults
from simulator.messages import Messages
from simulator.people import People
from simulator.sellers_endpoint import SellersEndpoint
from simulator.simulated_time import SimulatedTime


@dataclass
class Marketplace:
    """What the actors of a history share. Only one of them runs at a time, so all draw from one source."""

    draw: random.Random
    faults: Faults
    time: SimulatedTime
    messages: Messages
    endpoint: SellersEndpoint
    people: People
    told: int = 0

    @property
    def callers(self) -> list[Caller]:
        """The sellers' programs that act for buyers."""
        return self.people.callers

    @property
    def sellers(self) -> list[Account]:
        """An owner of each seller."""
        return self.people.sellers

    @property
    def staff(self) -> list[User]:
        """Two people of the staff: one asks, the other decides."""
        return self.people.staff

    def decider(self, caller: Caller) -> Decider:
        """Return the buyer behind a caller, at the hosted page."""
        account = Account.objects.get(pk=caller.account_id)
        return Decider.on_page(account, ip="192.0.2.1", user_agent="simulator")
