"""Authentication of a service user by HTTP Basic."""

import base64
import re
from typing import cast

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from access.service_users import find_service_user, recall_service_user
from customers.errors import NotAuthenticated, NotAuthorized, TooManyFailures
from customers.models import USERNAME, ServiceUser

CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # Not allowed by RFC 7617; and HMAC does not see a NUL at the end.
OWN_PAGES = ("same-origin", "none")


class BasicAuthentication(BaseAuthentication):
    """Puts the ServiceUser into `request.auth`; there is no Django user behind an API call."""

    def authenticate(self, request: Request) -> tuple[None, ServiceUser]:
        """Return the user. Raises NotAuthenticated, NotAuthorized, TooManyFailures."""
        refuse_foreign_pages(request)
        username, password = read_credentials(request.META.get("HTTP_AUTHORIZATION", ""))
        return None, recall_service_user(username, password) or log_in(request, username, password)


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


def log_in(request: Request, username: str, password: str) -> ServiceUser:
    """Return the user, unless this address was wrong about this name too often.

    Raises NotAuthenticated, TooManyFailures.
    """
    attempt, credentials = describe_attempt(request), {"username": username}
    if not AxesProxyHandler.is_allowed(attempt, credentials):
        raise TooManyFailures
    try:
        return find_service_user(username, password)
    except NotAuthenticated:
        user_login_failed.send(sender=__name__, credentials=credentials, request=attempt)
        raise


def describe_attempt(request: Request) -> HttpRequest:
    """Return the request as axes may store it: where it came from, but nothing of what it said."""
    attempt = HttpRequest()
    attempt.path = attempt.path_info = "/api/v01/"
    kept = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_USER_AGENT")
    attempt.META = {name: request.META[name] for name in kept if name in request.META}
    return attempt
