"""Programs that log in with a password, and the merchant accounts that they reach."""

import base64
from typing import Any

from django.contrib.auth.hashers import make_password

from customers.models import Merchant, Organization, ServiceUser
from tests.factories import make_organization

PASSWORD = "a-password-of-tests"


def make_merchant(organization: Organization | None = None, **fields: Any) -> Merchant:
    return Merchant.objects.create(organization=organization or make_organization(), **fields)


def make_service_user(*merchants: Merchant, username: str = "api-shop", **fields: Any) -> ServiceUser:
    """A program that may call; its password is kept in the way that takes no time."""
    kept = make_password(PASSWORD, hasher="pbkdf2_sha256_machine")
    user = ServiceUser.objects.create(username=username, password=kept, **fields)
    user.merchants.set(merchants)
    return user


def basic(username: str = "api-shop", password: str = PASSWORD) -> str:
    """What the Authorization header says."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
