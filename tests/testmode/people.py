"""A seller with an app and a test buyer of its, and what the buyer has paid."""

from datetime import datetime
from typing import Any

from access.oauth.bearer_tokens import Caller, find_caller
from customers.models import Application, TestBuyer
from operations.factories import ApplicationFactory, SubscriptionFactory
from subscriptions.models import Subscription
from testmode.buyers import create_test_buyer, issue_test_token


class Tried:
    """A test buyer of an app."""

    def __init__(self, app: Application | None = None) -> None:
        self.app = app or ApplicationFactory()
        self.buyer = create_test_buyer(seller_id=self.app.organization_id).buyer

    def read(self) -> TestBuyer:
        """The test buyer as it is in the database now."""
        return TestBuyer.objects.select_related("organization").get(pk=self.buyer.pk)

    def caller(self) -> Caller:
        """The app, acting for the test buyer at the present instant of its clock."""
        return find_caller(issue_test_token(self.buyer, application_id=self.app.pk).value)

    def subscribe(self, **fields: Any) -> Subscription:
        """A test subscription that the test buyer has accepted and the app has activated."""
        caller = self.caller()
        with caller.use_clock():
            return SubscriptionFactory(caller=caller, test=True, activated=True, **fields)


def payments(subscription: Subscription) -> list[tuple[datetime, str]]:
    """When each period was charged, and how many cents with which outcome."""
    rows = subscription.charges.order_by("period").values_list("created_at", "total_minor", "status")
    return [(at, f"{cents} {status}") for at, cents, status in rows]
