"""Offsets from UTC in Billy's instants: any time of a day, with a sign."""

from datetime import UTC, datetime

import pytest

from dialects.billy.instants import NotAnInstant, read_instant

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(
    ("offset", "instant"),
    [
        ("", datetime(2027, 1, 31, 10, tzinfo=UTC)),
        ("Z", datetime(2027, 1, 31, 10, tzinfo=UTC)),
        ("+14:00", datetime(2027, 1, 30, 20, tzinfo=UTC)),
        ("-12:00", datetime(2027, 1, 31, 22, tzinfo=UTC)),
        ("+05:45", datetime(2027, 1, 31, 4, 15, tzinfo=UTC)),
        ("-23:59", datetime(2027, 2, 1, 9, 59, tzinfo=UTC)),
    ],
)
def test_an_offset_is_subtracted(offset, instant):
    assert read_instant(f"2027-01-31T10:00:00{offset}") == instant


@pytest.mark.parametrize("offset", ["-99:99", "+99:99", "+24:00", "-24:00", "+08:60", "-00:99"])
def test_an_offset_that_is_no_time_of_a_day_is_refused(offset):
    with pytest.raises(NotAnInstant, match="Invalid ISO8601 datetime 2027-01-31T10:00:00"):
        read_instant(f"2027-01-31T10:00:00{offset}")
