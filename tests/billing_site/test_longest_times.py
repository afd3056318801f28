"""The longest times that settings allow end within the calendar."""

from datetime import UTC, datetime

from charges.collection.retries import plan_retry
from charges.consent import is_expired
from charges.models import Charge, ChargeStatus
from core import clock


def test_the_longest_times_end_within_the_calendar(settings):
    settings.CHARGE_EXPIRES_DAYS, settings.RETRY_INTERVAL_HOURS = 3650, 8760
    with clock.travel_to(datetime(9980, 1, 1, tzinfo=UTC)):
        counted = Charge(status=ChargeStatus.PENDING, created_at=clock.now(), retry_limit=10)
        assert not is_expired(counted)
        assert plan_retry(counted, at=clock.now(), hard=False) == datetime(9980, 12, 31, tzinfo=UTC)
        by_days = Charge(retry_days=[365], first_declined_at=clock.now())
        assert plan_retry(by_days, at=clock.now(), hard=False) == datetime(9980, 12, 31, tzinfo=UTC)
