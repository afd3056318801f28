"""Sell a test buyer a subscription in one step: asked for, accepted and started as apps and buyers do it."""

from access.oauth.bearer_tokens import Caller, find_caller
from charges.consent import Decider
from charges.requests.parties import Parties
from core.errors import InvalidField
from customers.models import Application, TestBuyer
from subscriptions.lifecycle.activate import activate_subscription
from subscriptions.lifecycle.billing_policy import bill_when_paid
from subscriptions.lifecycle.consent import accept_subscription
from subscriptions.lifecycle.create import create_subscription
from subscriptions.models import Subscription
from testmode.buyers import issue_test_token
from testmode.due_clocks import run_clock_if_free


def start_test_subscription(
    buyer: TestBuyer, *, application: Application, name: str, price_minor: int, months: int, trial_days: int
) -> Subscription:
    """Let a test buyer subscribe to what an application sells, and return the subscription, which runs.

    The price is in cents for each so many months. Call it outside of transactions. Raises InvalidField,
    NotAuthorized, AlreadySubscribed.
    """
    product = next(iter(application.products), "")
    if not product:
        raise InvalidField("application", "must be sold for a product")
    caller = find_caller(issue_test_token(buyer, application_id=application.pk).value)
    with caller.use_clock():
        made = create_subscription(
            parties=Parties.of_offer(caller=caller, product=product, return_url="", test=True),
            policy=bill_when_paid(),
            name=name,
            price_minor=price_minor,
            interval=months,
            frequency="monthly",
            trial_days=trial_days,
            test=True,
        )
        _start(made.pk, caller)
    run_clock_if_free(buyer.pk)
    return made


def _start(subscription_id: int, caller: Caller) -> None:
    """Accept and activate it; an app may let what is accepted start by itself."""
    decider = Decider.through_api(caller, ip=None, user_agent="")
    accept_subscription(subscription_id, decider=decider)
    activate_subscription(subscription_id, actor=caller.principal)
