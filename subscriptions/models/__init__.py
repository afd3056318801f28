"""Plans, subscriptions and their history."""

from subscriptions.models.adjustment import AdjustmentKind, SubscriptionAdjustment
from subscriptions.models.history import SubscriptionChange
from subscriptions.models.labels import RUNNING, SubscriptionStatus
from subscriptions.models.plan import Plan, PlanKind
from subscriptions.models.subscription import Subscription

__all__ = (
    "RUNNING",
    "AdjustmentKind",
    "Plan",
    "PlanKind",
    "Subscription",
    "SubscriptionAdjustment",
    "SubscriptionChange",
    "SubscriptionStatus",
)
