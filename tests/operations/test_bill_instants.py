"""Which instants `bill --as-of` takes."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError

from operations.management.commands.bill import read_as_of as read_instant

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "1",
        "2027-01-31",
        "2027-01-31T10:00:00",
        "2027-02-30T10:00:00Z",
        "0001-01-01T00:00+14:00",
        "2027-01-31T10:00:00-99:99",
    ],
)
def test_a_bad_instant_is_refused_with_the_format(text):
    with pytest.raises(CommandError, match=r"ISO 8601 with a zone, such as 2027-01-31T10:00:00Z"):
        read_instant(text)


@pytest.mark.parametrize(
    "text", ["2027-01-31T10:00:00Z", "2027-01-31T05:00:00-05:00", "2027-01-31 10:00+00:00"]
)
def test_an_instant_of_any_zone_is_taken(text):
    assert read_instant(text) == datetime(2027, 1, 31, 10, tzinfo=UTC)
