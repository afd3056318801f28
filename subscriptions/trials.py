"""Trials of the same thing share the length of one: pure functions of earlier trials and an instant (UTC)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

SECOND = timedelta(seconds=1)


class EarlierTrial(NamedTuple):
    """A subscription of the same thing: its trial in seconds, and how far it came."""

    trial_seconds: int
    activated_at: datetime | None
    cancelled_at: datetime | None
    # Set while it was accepted, may still be activated, and was not.
    holds_until: datetime | None


def count_left(trial_seconds: int, earlier: Iterable[EarlierTrial], *, at: datetime) -> int:
    """Return how many of these seconds of trial are left after the earlier ones, 0 for none."""
    return max(trial_seconds - sum(count_taken(trial, at=at) for trial in earlier), 0)


def count_taken(trial: EarlierTrial, *, at: datetime) -> int:
    """Return how many seconds a trial has used up or may still use; one begun counts.

    A trial under way and one that is accepted count as a whole: nobody may use the same days twice.
    """
    if trial.activated_at is None:
        is_held = trial.holds_until is not None and at <= trial.holds_until
        return trial.trial_seconds if is_held else 0
    if trial.cancelled_at is None:
        return trial.trial_seconds
    return min(trial.trial_seconds, -((trial.activated_at - trial.cancelled_at) // SECOND))
