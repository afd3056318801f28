"""Actions of each resource with their methods and path names."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of object: the XML element that is one, the path that is many, and what it is part of."""

    element: str
    plural: str
    within: Self | None = None

    @property
    def key(self) -> str:
        """Name the part of a path that tells which one: `payment_option_id`."""
        return f"{self.element.replace('-', '_')}_id"


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done; the method of the view that does it has the action's name.

    `on` says whether the path ends with one object or with many. An implicit action is what its HTTP
    method means when no `~action` is named.
    """

    resource: Resource
    name: str
    method: str
    on: str = "many"
    implicit: bool = True

    @property
    def reads(self) -> bool:
        """Say whether it changes nothing."""
        return self.name in ("find", "load")

    @property
    def changes_by_get(self) -> bool:
        """Say whether it is one of those that change something although they are called with GET."""
        return self.method == "GET" and not self.reads


PLANS = Resource("plan", "plans")
CUSTOMERS = Resource("customer", "customers")
PAYMENT_OPTIONS = Resource("payment-option", "payment-options", CUSTOMERS)
SUBSCRIPTIONS = Resource("subscription", "subscriptions", CUSTOMERS)
ADJUSTMENTS = Resource("subscription-adjustment", "adjustments", SUBSCRIPTIONS)
TRANSACTIONS = Resource("transaction", "transactions", CUSTOMERS)
ALLOCATIONS = Resource("allocation", "allocations", TRANSACTIONS)

ACTIONS = (
    Action(PLANS, "create", "PUT"),
    Action(PLANS, "find", "GET"),
    Action(PLANS, "load", "GET", on="one"),
    Action(PLANS, "modify", "POST", on="one"),
    Action(CUSTOMERS, "create", "PUT"),
    Action(CUSTOMERS, "find", "GET"),
    Action(CUSTOMERS, "load", "GET", on="one"),
    Action(CUSTOMERS, "modify", "POST", on="one"),
    Action(PAYMENT_OPTIONS, "create", "PUT"),
    Action(PAYMENT_OPTIONS, "find", "GET"),
    Action(PAYMENT_OPTIONS, "load", "GET", on="one"),
    Action(PAYMENT_OPTIONS, "modify", "POST", on="one"),
    Action(SUBSCRIPTIONS, "create", "PUT"),
    Action(SUBSCRIPTIONS, "find", "GET"),
    Action(SUBSCRIPTIONS, "load", "GET", on="one"),
    Action(SUBSCRIPTIONS, "modify", "POST", on="one"),
    Action(SUBSCRIPTIONS, "cancel", "GET", on="one", implicit=False),
    Action(SUBSCRIPTIONS, "freeze", "GET", on="one", implicit=False),
    Action(ADJUSTMENTS, "find", "GET"),
    Action(TRANSACTIONS, "create", "PUT"),
    Action(TRANSACTIONS, "find", "GET"),
    Action(TRANSACTIONS, "process", "POST", implicit=False),
    Action(TRANSACTIONS, "load", "GET", on="one"),
    Action(TRANSACTIONS, "reverse", "GET", on="one", implicit=False),
    Action(ALLOCATIONS, "find", "GET", implicit=False),
)
