"""When a failed attempt is tried again: the rules alone, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from charges.collection.retries import find_check_delay, find_retry, plan_resend, plan_retry
from tests.charges.collection.rows import CHARGE

pytestmark = pytest.mark.rules

FIRST = datetime(2027, 1, 31, 10, tzinfo=UTC)
DAYS = [1, 3, 5, 7]


@pytest.mark.parametrize(
    ("days_later", "retry_day"), [(0, 1), (0.5, 1), (1, 3), (2, 3), (3, 5), (6.9, 7), (7, None), (30, None)]
)
def test_the_next_retry_is_the_first_planned_day_to_come(days_later, retry_day):
    planned = retry_day and FIRST + timedelta(days=retry_day)
    assert find_retry(FIRST, DAYS, after=FIRST + timedelta(days=days_later)) == planned


def test_without_planned_days_nothing_is_retried():
    assert find_retry(FIRST, [], after=FIRST) is None


@pytest.mark.parametrize(
    ("policy", "hard", "later"),
    [
        ({"retry_days": DAYS}, False, timedelta(days=1)),
        ({"retry_days": DAYS}, True, None),
        ({"retry_days": DAYS, "first_declined_at": FIRST - timedelta(days=4)}, False, timedelta(days=1)),
        ({"retry_days": DAYS, "first_declined_at": FIRST - timedelta(days=8)}, False, None),
        ({"retry_days": []}, False, None),
        ({"retry_limit": 0}, False, None),
        ({"retry_limit": 2}, False, timedelta(hours=24)),
        ({"retry_limit": 2}, True, timedelta(hours=24)),
        ({"retry_limit": 2, "failure_count": 1}, False, timedelta(hours=24)),
        ({"retry_limit": 2, "failure_count": 2}, False, None),
        ({"retry_days": DAYS, "given_up_at": FIRST}, False, None),
        ({"retry_limit": 2, "given_up_at": FIRST}, False, None),
    ],
)
def test_a_charge_is_retried_by_its_policy(policy, hard, later, settings):
    settings.RETRY_INTERVAL_HOURS = 24
    retry_at = plan_retry(CHARGE._replace(**policy), at=FIRST, hard=hard)
    assert retry_at == (later and FIRST + later)


def test_what_could_not_be_sent_is_tried_ever_less_often_up_to_an_hour():
    waits = [(plan_resend(number, at=FIRST) - FIRST).total_seconds() for number in (1, 2, 3, 7, 8, 9, 500)]
    assert waits == [30, 60, 120, 1920, 3600, 3600, 3600]


def test_a_gateway_is_asked_ever_less_often_up_to_once_a_day():
    waits = [find_check_delay(checks).total_seconds() for checks in (0, 1, 2, 3, 4, 5, 6, 7, 500)]
    assert waits == [10, 60, 300, 1800, 7200, 21600, 86400, 86400, 86400]
