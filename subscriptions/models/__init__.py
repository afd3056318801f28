"""Subscriptions and their history."""

from subscriptions.models.history import SubscriptionChange
from subscriptions.models.subscription import RUNNING, Subscription, SubscriptionStatus

__all__ = ("RUNNING", "Subscription", "SubscriptionChange", "SubscriptionStatus")
