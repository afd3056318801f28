"""Plans, subscriptions and their history."""

from subscriptions.models.history import SubscriptionChange
from subscriptions.models.plan import Plan, PlanKind
from subscriptions.models.subscription import RUNNING, Subscription, SubscriptionStatus

__all__ = ("RUNNING", "Plan", "PlanKind", "Subscription", "SubscriptionChange", "SubscriptionStatus")
