"""Service users: made, given a new password, recognised.

A password may be a person's choice, so guessing it stays slow (PBKDF2). A program sends it with every call,
so this process remembers for a while which passwords it has verified, by keyed digests of them.
"""

import re
import secrets
from collections.abc import Iterable

from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import caches
from django.db import transaction
from django.utils.crypto import salted_hmac

from access.log_in_limits import check_password_of, find_known_address, remember_address
from core.errors import InvalidField
from customers.errors import UnknownMerchant
from customers.models import USERNAME, Merchant, ServiceUser

MIN_PASSWORD = 12
REMEMBERED_SECONDS = 600
VERIFIED = "verified"  # The cache in the memory of this process.


@transaction.atomic
def create_service_user(
    *, username: str, merchants: Iterable[Merchant], password: str | None = None
) -> tuple[ServiceUser, str]:
    """Make a user that reaches these merchant accounts; return it and its password, which is kept as a hash.

    Without a password it gets a random one. Raises InvalidField.
    """
    if not re.fullmatch(USERNAME, username):
        raise InvalidField("username", "must be api- and 1 to 60 letters, digits, dots, dashes, underscores")
    if password is not None and len(password) < MIN_PASSWORD:
        raise InvalidField("password", f"must have {MIN_PASSWORD} characters or more")
    secret = password or secrets.token_urlsafe(24)
    user, is_new = ServiceUser.objects.get_or_create(
        username=username, defaults={"password": make_password(secret)}
    )
    if not is_new:
        raise InvalidField("username", "is taken")
    user.merchants.set(merchants)
    return user, secret


def renew_password(*, username: str) -> str:
    """Give a user a random password, in force at once, and return it. Raises InvalidField."""
    secret = secrets.token_urlsafe(24)
    if not ServiceUser.objects.filter(username=username).update(password=make_password(secret)):
        raise InvalidField("username", "is unknown")
    return secret


def recall_service_user(username: str, password: str) -> ServiceUser | None:
    """Return the user if this process has verified this very password lately; that counts anew from now."""
    user = _find_active(username)
    known = user is not None and caches[VERIFIED].touch(_remember_as(user, password), REMEMBERED_SECONDS)
    return user if known else None


def find_service_user(username: str, password: str, *, address: str) -> ServiceUser:
    """Return the user of this name and password, at most as often as the log-in limits allow.

    Raises NotAuthenticated, after as much work for an unknown name, and TooManyFailures.
    """
    user = check_password_of(
        name=username,
        address=address,
        known_as=find_known_address(name=username, address=address),
        verify=lambda: recall_service_user(username, password) or _verify(username, password),
    )
    remember_address(name=username, address=address)
    return user


def _verify(username: str, password: str) -> ServiceUser | None:
    user = _find_active(username)
    if user is None:
        make_password(password)  # As much work as checking it.
        return None
    if not check_password(password, user.password):
        return None
    caches[VERIFIED].set(_remember_as(user, password), True, REMEMBERED_SECONDS)
    return user


def find_merchant_of_user(user: ServiceUser, account_number: int) -> Merchant:
    """Return a merchant account that the user reaches. Raises UnknownMerchant."""
    merchant = user.list_merchants().filter(account_number=account_number).first()
    if merchant is None:
        raise UnknownMerchant
    return merchant


def _find_active(username: str) -> ServiceUser | None:
    return ServiceUser.objects.filter(username=username, is_active=True).first()


def _remember_as(user: ServiceUser, password: str) -> str:
    """Return what stands for a password in memory; it changes with the password that is kept."""
    return salted_hmac(
        "customers.service_users", f"{user.password}\0{password}", algorithm="sha256"
    ).hexdigest()
