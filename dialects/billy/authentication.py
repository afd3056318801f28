"""Authentication by an API key as the user name of HTTP Basic."""

import base64
import binascii
from typing import cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from access.api_keys import find_merchant_by_api_key
from customers.errors import UnknownApiKey
from customers.models import Merchant


class InvalidApiKey(UnknownApiKey):
    """Names what was sent as a key, as Billy does."""

    def __init__(self, user: str | None) -> None:
        super().__init__(f"Invalid API key {user}")


class KeyAuthentication(BaseAuthentication):
    """Puts the merchant into `request.auth`; there is no Django user behind an API call."""

    def authenticate(self, request: Request) -> tuple[None, Merchant]:
        """Return the merchant. Raises InvalidApiKey, for a missing key too."""
        user = read_user(request.META.get("HTTP_AUTHORIZATION", ""))
        try:
            return None, find_merchant_by_api_key(user or "")
        except UnknownApiKey:
            raise InvalidApiKey(user) from None


def read_user(header: str) -> str | None:
    """Return the user name of a Basic header, None for anything else; the password does not matter."""
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, _ = base64.b64decode(credentials.strip()).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return user if colon else None


def get_merchant(request: Request) -> Merchant:
    """Return whom the view is working for."""
    return cast(Merchant, request.auth)
