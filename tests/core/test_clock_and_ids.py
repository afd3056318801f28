"""The one clock and the public ids."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core import clock
from core.ids import new_client_id, new_public_id

pytestmark = pytest.mark.rules

LEAP_DAY = datetime(2028, 2, 29, 12, tzinfo=UTC)


def test_the_clock_stands_where_it_is_put_and_goes_on_afterwards():
    with clock.travel_to(LEAP_DAY):
        assert clock.now() == LEAP_DAY
        with clock.travel_to(LEAP_DAY + timedelta(days=1)):
            assert clock.now() > LEAP_DAY
        assert clock.now() == LEAP_DAY
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)  # noqa: TID251


def test_the_clock_answers_in_utc():
    with clock.travel_to(LEAP_DAY.astimezone(timezone(timedelta(hours=5, minutes=45)))):
        assert clock.now().tzinfo is UTC


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"), clock.travel_to(datetime(2028, 1, 1)):
        pass


def test_a_rehearsal_does_not_leak_into_other_threads():
    seen = []
    with clock.travel_to(LEAP_DAY):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != LEAP_DAY


def test_public_ids_are_version_seven_unique_and_ordered_by_time():
    with clock.travel_to(LEAP_DAY):
        early = [new_public_id() for _ in range(1_000)]
    with clock.travel_to(LEAP_DAY + timedelta(milliseconds=1)):
        late = new_public_id()
    assert len(set(early)) == 1_000
    assert {value.version for value in early} == {7}
    assert {value.variant for value in early} == {"specified in RFC 4122"}
    assert max(early) < late


def test_client_ids_are_32_hex_digits():
    assert len(new_client_id()) == 32
    assert int(new_client_id(), 16) >= 0
