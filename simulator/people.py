"""The people of a marketplace: sellers with their applications, buyers with their cards, and staff."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User

from access.oauth.bearer_tokens import Caller
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
class People:
    """Everybody who acts in a marketplace."""

    callers: list[Caller] = field(default_factory=list)
    sellers: list[Account] = field(default_factory=list)
    staff: list[User] = field(default_factory=list)


def settle_in(draw: random.Random, time: SimulatedTime) -> People:
    """Register everybody, with something to collect, and let two days pass so that money can be paid out."""
    people = People()
    apps = [_open_shop(number, people) for number in range(SELLERS)]
    for number in range(BUYERS):
        organization = OrganizationFactory.create(name=f"Buyer {number}")
        account = AccountFactory.create(organization=organization)
        card = f"tok_test_{draw.choice(CARDS)}_{number}"
        PaymentOptionFactory.create(organization=organization, token=card)
        people.callers += [CallerFactory.create(account=account, application=app) for app in apps]
        _stock(people.callers[-1], price_minor=draw.randrange(100, 3_000), time=time)
    time.move(timedelta(days=2))
    people.staff = [UserFactory.create(superuser=True) for _ in range(2)]
    return people


def _stock(caller: Caller, *, price_minor: int, time: SimulatedTime) -> None:
    """Begin with charges and subscriptions of a buyer that are to be collected."""
    terms = {"caller": caller, "price_minor": price_minor}
    ChargeFactory.create(collected=True, **terms)
    ChargeFactory.create(activated=True, **terms)
    SubscriptionFactory.create(frequency="daily", activated=True, at=time.now, **terms)


def _open_shop(number: int, people: People) -> Application:
    seller = OrganizationFactory.create(name=f"Seller {number}")
    people.sellers.append(AccountFactory.create(organization=seller, owner=True))
    app = ApplicationFactory.create(organization=seller)
    create_endpoint(application_id=app.pk, url="https://seller.example/hooks")
    PayoutAccountFactory.create(organization=seller, currency=settings.DEFAULT_CURRENCY, at_processor=True)
    return app
