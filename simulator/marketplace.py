"""The marketplace of one history: its sellers, buyers and staff, and what lies between them."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User

from access.oauth.bearer_tokens import Caller
from charges.consent import Decider
from customers.models import Account, Application
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    PaymentOptionFactory,
    PayoutAccountFactory,
    SubscriptionFactory,
    UserFactory,
)
from simulator.faults import Faults
from simulator.messages import Messages
from simulator.sellers_endpoint import SellersEndpoint
from simulator.simulated_time import SimulatedTime
from webhooks.endpoints import create_endpoint

SELLERS, BUYERS = 2, 2
CARDS = (
    "approve",
    "approve",
    "approve",
    "dispute",
    "dispute",
    "decline_soft",
    "refund_refused",
    "debit_for_days",
)


@dataclass
class Marketplace:
    """What the actors of a history share. Only one of them runs at a time, so all draw from one source."""

    draw: random.Random
    faults: Faults
    time: SimulatedTime
    messages: Messages
    endpoint: SellersEndpoint
    callers: list[Caller] = field(default_factory=list)
    sellers: list[Account] = field(default_factory=list)
    staff: list[User] = field(default_factory=list)
    told: int = 0

    def settle_in(self) -> None:
        """Register everybody."""
        apps = [self._open_shop(number) for number in range(SELLERS)]
        for number in range(BUYERS):
            organization = OrganizationFactory.create(name=f"Buyer {number}")
            account = AccountFactory.create(organization=organization)
            card = f"tok_test_{self.draw.choice(CARDS)}_{number}"
            PaymentOptionFactory.create(organization=organization, token=card)
            self.callers += [CallerFactory.create(account=account, application=app) for app in apps]
            self._stock(self.callers[-1])
        # So long that what was collected can be disputed and paid out.
        self.time.move(timedelta(days=2))
        self.staff = [UserFactory.create(superuser=True) for _ in range(2)]

    def decider(self, caller: Caller) -> Decider:
        """Return the buyer behind a caller, at the hosted page."""
        account = Account.objects.get(pk=caller.account_id)
        return Decider.on_page(account, ip="192.0.2.1", user_agent="simulator")

    def _stock(self, caller: Caller) -> None:
        """Begin with charges and subscriptions of a buyer that are to be collected."""
        price, at = self.draw.randrange(100, 3_000), self.time.now
        ChargeFactory.create(caller=caller, price_minor=price, collected=True)
        ChargeFactory.create(caller=caller, price_minor=price, activated=True)
        SubscriptionFactory.create(caller=caller, price_minor=price, frequency="daily", activated=True, at=at)

    def _open_shop(self, number: int) -> Application:
        seller = OrganizationFactory.create(name=f"Seller {number}")
        self.sellers.append(AccountFactory.create(organization=seller, owner=True))
        app = ApplicationFactory.create(organization=seller)
        create_endpoint(application_id=app.pk, url="https://seller.example/hooks")
        PayoutAccountFactory.create(
            organization=seller, currency=settings.DEFAULT_CURRENCY, at_processor=True
        )
        return app
