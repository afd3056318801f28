"""Authentication by a bearer token in the Authorization header only."""

from typing import cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from access.oauth.bearer_tokens import Caller, find_caller
from customers.errors import NotAuthenticated


class BearerAuthentication(BaseAuthentication):
    """Puts the Caller into `request.auth`; there is no Django user behind an API call."""

    def authenticate(self, request: Request) -> tuple[None, Caller]:
        """Return the caller. Raises NotAuthenticated without a valid token."""
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticated
        return None, find_caller(token.strip())


def get_caller(request: Request) -> Caller:
    """Return who the view is working for."""
    return cast(Caller, request.auth)
