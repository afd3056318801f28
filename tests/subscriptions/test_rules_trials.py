"""Trials of the same thing share the length of one."""

from datetime import UTC, datetime, timedelta

import pytest

from subscriptions.trials import EarlierTrial, count_left, count_taken

START = datetime(2027, 1, 31, 10, tzinfo=UTC)
DAY = 86_400


def trial(days=14, *, begun=True, lasted=None, held=None) -> EarlierTrial:
    """A trial that began at START and was cancelled after so many seconds, or an acceptance."""
    return EarlierTrial(
        trial_seconds=days * DAY,
        activated_at=START if begun else None,
        cancelled_at=None if lasted is None else START + timedelta(seconds=lasted),
        holds_until=None if held is None else START + timedelta(seconds=held),
    )


@pytest.mark.parametrize(
    ("earlier", "taken"),
    [
        (trial(), 14 * DAY),
        (trial(lasted=0), 0),
        (trial(lasted=0.25), 1),
        (trial(lasted=4 * DAY), 4 * DAY),
        (trial(lasted=4 * DAY + 0.000001), 4 * DAY + 1),
        (trial(lasted=14 * DAY), 14 * DAY),
        (trial(lasted=400 * DAY), 14 * DAY),
        (trial(days=0, lasted=400 * DAY), 0),
        (trial(begun=False, held=0), 14 * DAY),
        (trial(begun=False, held=-1), 0),
        (trial(begun=False), 0),
    ],
)
def test_what_a_trial_takes(earlier, taken):
    assert count_taken(earlier, at=START) == taken


@pytest.mark.parametrize(
    ("earlier", "left"),
    [
        ([], 14 * DAY),
        ([trial(lasted=4 * DAY)], 10 * DAY),
        ([trial(lasted=4 * DAY), trial(lasted=3 * DAY)], 7 * DAY),
        ([trial()], 0),
        ([trial(days=30)], 0),
        ([trial(days=7)], 7 * DAY),
        ([trial(lasted=13 * DAY + 86_399.5)], 0),
    ],
)
def test_what_is_left_for_the_next_one(earlier, left):
    assert count_left(14 * DAY, earlier, at=START) == left
