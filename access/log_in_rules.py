"""Rules of log-in limits: how long a name, an address or a known device waits after wrong passwords."""

from datetime import timedelta

from django.db import models

LOCK_AFTER = 10
LOCKED_FOR = timedelta(minutes=30)
FREE_TRIES_OF_A_NAME = 2
FREE_TRIES_OF_AN_ADDRESS = 20
FREE_SIGN_UPS_OF_AN_ADDRESS = 10
LINKS_OF_A_NAME = 5
LINKS_OF_AN_ADDRESS = 20
LONGEST_WAIT_OF_AN_ADDRESS = timedelta(minutes=15)


class CounterKind(models.TextChoices):
    """The subject that wrong passwords, or sign-ups, are counted for."""

    NAME = "name", "Name"
    ADDRESS = "address", "Address"
    KNOWN = "known", "Known device"
    SIGN_UP = "sign_up", "Sign-ups of an address"
    LINK = "link", "Mailed links"
    CODE = "code", "Second factor"


FORGOTTEN_AFTER = {
    CounterKind.NAME: LOCKED_FOR,
    CounterKind.KNOWN: LOCKED_FOR,
    CounterKind.ADDRESS: timedelta(hours=1),
    CounterKind.SIGN_UP: timedelta(hours=1),
    CounterKind.LINK: timedelta(hours=1),
    CounterKind.CODE: LOCKED_FOR,
}


def wait_after(kind: str, failures: int) -> timedelta:
    """Return how long the next try has to wait after so many wrong passwords in a row.

    A name waits 1, 2, 4, ... 64 seconds from the third on and is locked at the tenth (PCI DSS 8.3.4). An
    address has 20 tries, then waits 1, 2, 4, ... seconds, at most 15 minutes: people share addresses. It
    has 10 sign-ups, each counted like a wrong password.
    """
    if kind == CounterKind.SIGN_UP:
        return _double(failures - FREE_SIGN_UPS_OF_AN_ADDRESS, most=LONGEST_WAIT_OF_AN_ADDRESS)
    if kind == CounterKind.ADDRESS:
        return _double(failures - FREE_TRIES_OF_AN_ADDRESS, most=LONGEST_WAIT_OF_AN_ADDRESS)
    if failures >= LOCK_AFTER:
        return LOCKED_FOR
    return _double(failures - FREE_TRIES_OF_A_NAME, most=LOCKED_FOR)


def _double(times: int, *, most: timedelta) -> timedelta:
    """Return 1, 2, 4, ... seconds for 1, 2, 3, ...; nothing before."""
    return timedelta() if times < 1 else min(most, timedelta(seconds=2 ** min(times - 1, 20)))
