"""How many links are mailed: five an hour to one name, and 20 an hour for one address that asks."""

from django.db import connection

from access.log_in_rules import FORGOTTEN_AFTER, LINKS_OF_A_NAME, LINKS_OF_AN_ADDRESS, CounterKind
from access.models import LONGEST_SUBJECT
from core import clock
from core.card_numbers import mask_card_numbers
from core.client_address import group_address
from customers.errors import TooManyFailures

# The hour counts from the first of its links, so that whoever asks on and on locks nobody out for longer.
COUNT_SQL = """
INSERT INTO access_logincounter AS old (kind, subject, failures, last_try_at) VALUES (%s, %s, 1, %s)
ON CONFLICT (kind, subject) DO UPDATE
SET failures = CASE WHEN old.last_try_at < %s THEN 1 ELSE old.failures + 1 END,
    last_try_at = CASE WHEN old.last_try_at < %s THEN %s ELSE old.last_try_at END
RETURNING failures
"""
OF_NAME = "name "  # Begins the subjects that are names.
WINDOW = FORGOTTEN_AFTER[CounterKind.LINK]


def may_mail_link(*, name: str, address: str) -> bool:
    """Count a wish for a link, and say whether it is mailed; the name may be nobody's.

    Raises TooManyFailures for an address that has asked too often, whatever the names.
    """
    if _count(f"address {group_address(address)}") > LINKS_OF_AN_ADDRESS:
        raise TooManyFailures(retry_after=WINDOW)
    return _count(f"{OF_NAME}{name}") <= LINKS_OF_A_NAME


def _count(subject: str) -> int:
    """Count one more and return how many that are in the hour."""
    now = clock.now()
    begin = now - WINDOW
    kept = mask_card_numbers(subject.replace("\0", ""))[:LONGEST_SUBJECT]
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, [CounterKind.LINK, kept, now, begin, begin, now])
        return int(cursor.fetchone()[0])
