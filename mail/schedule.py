"""When a mail that was not taken is sent again. Pure rules; seconds."""

from datetime import timedelta

MINUTE, HOUR = 60, 3600
DELAYS = [MINUTE, 5 * MINUTE, 30 * MINUTE, *(hours * HOUR for hours in (2, 5, 10, 14, 20, 24))]
# A server that is away is no failure of a mail: those wait until it is there, however long that is.
AWAY_FOR = timedelta(minutes=1)
