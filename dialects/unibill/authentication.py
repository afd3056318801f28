"""Authentication of a service user by HTTP Basic."""

import base64
import re
from typing import cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from access.service_users import find_service_user, recall_service_user
from core.client_address import read_client_address
from customers.errors import NotAuthenticated, NotAuthorized
from customers.models import USERNAME, ServiceUser

CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # Not allowed by RFC 7617; and HMAC does not see a NUL at the end.
OWN_PAGES = ("same-origin", "none")


class BasicAuthentication(BaseAuthentication):
    """Puts the ServiceUser into `request.auth`; there is no Django user behind an API call."""

    def authenticate(self, request: Request) -> tuple[None, ServiceUser]:
        """Return the user. Raises NotAuthenticated, NotAuthorized, TooManyFailures."""
        refuse_foreign_pages(request)
        username, password = read_credentials(request.META.get("HTTP_AUTHORIZATION", ""))
        return None, recall_service_user(username, password) or find_service_user(
            username, password, address=read_client_address(request)
        )


def get_service_user(request: Request) -> ServiceUser:
    """Return who the view is working for."""
    return cast(ServiceUser, request.auth)


def refuse_foreign_pages(request: Request) -> None:
    """Raise NotAuthorized for what a page of another site lets a browser send.

    A browser adds a password that it remembers, and UniBill's actions by GET need no more than a link.
    """
    if request.META.get("HTTP_SEC_FETCH_SITE", "none") not in OWN_PAGES:
        raise NotAuthorized("Pages of other sites may not call this.")


def read_credentials(header: str) -> tuple[str, str]:
    """Return user name and password. Raises NotAuthenticated for anything that cannot be a service user's."""
    scheme, _, encoded = header.partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except ValueError:
        decoded = ""
    username, _, password = decoded.partition(":")
    if scheme.lower() != "basic" or not re.fullmatch(USERNAME, username) or CONTROL.search(password):
        raise NotAuthenticated("The name and password of a service user are needed (HTTP Basic).")
    return username, password
