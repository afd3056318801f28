"""Check a password unless its name or its address was wrong too often.

A name that strangers have locked stays open to the devices and addresses that its owner has used.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet

from access.errors import CodeIsWrong
from access.log_in_rules import FORGOTTEN_AFTER, CounterKind
from access.models import LONGEST_SUBJECT, LogInCounter
from access.password_slots import verify_in_turn
from core import clock
from core.card_numbers import mask_card_numbers
from core.client_address import group_address
from customers.errors import NotAuthenticated, TooManyFailures

KNOWN_FOR = timedelta(days=90)
PURGED_AT_ONCE = 10_000

# A counter whose last failure is too old to count starts anew; in one statement, as many may count at once.
COUNT_SQL = """
INSERT INTO access_logincounter AS old (kind, subject, failures, last_try_at) VALUES (%s, %s, 1, %s)
ON CONFLICT (kind, subject) DO UPDATE
SET failures = CASE WHEN old.last_try_at < %s THEN 1 ELSE old.failures + 1 END, last_try_at = %s
"""

Found = TypeVar("Found")


def check_password_of(
    *, name: str, address: str, verify: Callable[[], Found | None], known_as: str | None = None
) -> Found:
    """Return what `verify` finds for the right password, and None it returns for a wrong one.

    Passwords of one name are looked at one after the other, so that not one more than allowed is looked at.
    `known_as` names a device or an address that has proved before that it belongs to the name; it has a
    count of its own. Raises NotAuthenticated, and TooManyFailures without looking at the password, also
    while this process looks at too many.
    """
    with transaction.atomic():
        counter = _lock_counter(name=name, address=address, known_as=known_as)
        now = clock.now()
        wait = counter.wait_at(now)
        found = None if wait else verify_in_turn(verify)
        if found is not None:
            LogInCounter.objects.filter(pk=counter.pk).update(failures=0, last_try_at=now)
        elif not wait:
            counter.failures, counter.last_try_at = counter.count_at(now) + 1, now
            counter.save(update_fields=["failures", "last_try_at"])
    if wait:
        raise TooManyFailures(retry_after=wait, is_locked=counter.is_locked_at(now))
    if found is None:
        if counter.kind == CounterKind.NAME:
            count_failure_of_address(address)
        raise NotAuthenticated("The user name or the password is wrong.")
    return found


def check_code_of(*, name: str, address: str, verify: Callable[[], Found | None]) -> Found:
    """Return what `verify` finds for the right second factor of somebody whose password was right.

    One code of a name is looked at after the other, so that none is good twice. Raises CodeIsWrong, and
    TooManyFailures without looking at the code.
    """
    with transaction.atomic():
        counter = _lock(CounterKind.CODE, name)
        now = clock.now()
        wait = counter.wait_at(now)
        found = None if wait else verify()
        if not wait:
            counter.failures = 0 if found is not None else counter.count_at(now) + 1
            counter.last_try_at = now
            counter.save(update_fields=["failures", "last_try_at"])
    if wait:
        raise TooManyFailures(retry_after=wait, is_locked=counter.is_locked_at(now))
    if found is None:
        count_failure_of_address(address)
        raise CodeIsWrong
    return found


def refuse_address(address: str) -> None:
    """Raise TooManyFailures for an address that has been wrong too often."""
    _refuse(CounterKind.ADDRESS, address)


def count_failure_of_address(address: str) -> None:
    """Count one more wrong password of an address, or of its network."""
    _count(CounterKind.ADDRESS, address)


def refuse_sign_ups(address: str) -> None:
    """Raise TooManyFailures for an address, or its network, from which many have signed up lately."""
    _refuse(CounterKind.SIGN_UP, address)


def count_sign_up(address: str) -> None:
    """Count one more sign-up from an address, or from its network."""
    _count(CounterKind.SIGN_UP, address)


def remember_address(*, name: str, address: str) -> None:
    """Keep that a program logged in from this address, so that strangers cannot lock it out there."""
    LogInCounter.objects.update_or_create(
        kind=CounterKind.KNOWN,
        subject=_name_address(name, address),
        defaults={"failures": 0, "last_try_at": clock.now()},
    )


def find_known_address(*, name: str, address: str) -> str | None:
    """Return the address as `known_as` if the name has logged in from it within 90 days."""
    subject = _name_address(name, address)
    since = clock.now() - KNOWN_FOR
    known = LogInCounter.objects.filter(kind=CounterKind.KNOWN, subject=subject, last_try_at__gt=since)
    return subject if known.exists() else None


def open_log_in(*, name: str) -> bool:
    """Forget the wrong passwords and codes of a name; say whether there were any."""
    kinds = (CounterKind.NAME, CounterKind.CODE)
    rows = LogInCounter.objects.filter(kind__in=kinds, subject=_shorten(name), failures__gt=0)
    return bool(rows.update(failures=0))


def purge_counters() -> int:
    """Delete counters that count no more and addresses that are no longer known; return how many."""
    now = clock.now()
    old = LogInCounter.objects.filter(last_try_at__lt=now - max(FORGOTTEN_AFTER.values()))
    purged = _delete(old.exclude(kind=CounterKind.KNOWN))
    return purged + _delete(LogInCounter.objects.filter(last_try_at__lt=now - KNOWN_FOR))


def _refuse(kind: CounterKind, address: str) -> None:
    counter = LogInCounter.objects.filter(kind=kind, subject=group_address(address)).first()
    if counter is not None and (wait := counter.wait_at(clock.now())):
        raise TooManyFailures(retry_after=wait, is_locked=False)


def _count(kind: CounterKind, address: str) -> None:
    now = clock.now()
    begin = now - FORGOTTEN_AFTER[kind]
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, [kind, group_address(address), now, begin, now])


def _lock_counter(*, name: str, address: str, known_as: str | None) -> LogInCounter:
    """Lock and return the count of a known device while it is good, else that of the name.

    Raises TooManyFailures for a stranger at an address that has been wrong too often.
    """
    if known_as is not None:
        counter = _lock(CounterKind.KNOWN, known_as)
        if not counter.is_locked_at(clock.now()):
            return counter
    refuse_address(address)
    return _lock(CounterKind.NAME, name)


def _lock(kind: CounterKind, subject: str) -> LogInCounter:
    counters = LogInCounter.objects.select_for_update()
    return counters.get_or_create(kind=kind, subject=_shorten(subject))[0]


def _name_address(name: str, address: str) -> str:
    return _shorten(f"{name} {group_address(address)}")


def _shorten(subject: str) -> str:
    return mask_card_numbers(subject.replace("\0", ""))[:LONGEST_SUBJECT]


def _delete(rows: QuerySet[LogInCounter]) -> int:
    """Delete in portions, so that no statement runs for long."""
    total = 0
    while portion := list(rows.values_list("pk", flat=True)[:PURGED_AT_ONCE]):
        total += LogInCounter.objects.filter(pk__in=portion).delete()[0]
    return total
