"""Refresh tokens: each names what the person granted, so that asking for less does not lose the rest."""

import secrets

from oauthlib.common import Request


def generate_refresh_token(request: Request) -> str:
    """Return a new refresh token with the scopes of the one that was presented (RFC 6749, section 6).

    The names need no seal: a token is found by the hash of all of it.
    """
    is_refresh = getattr(request, "refresh_token_instance", None) is not None
    granted = read_granted_scopes(request.refresh_token) if is_refresh else []
    return ".".join([secrets.token_urlsafe(32), *(granted or request.scopes)])


def read_granted_scopes(refresh_token: str) -> list[str]:
    """Return the scopes that a refresh token names; one made before 2026-12 names none."""
    return refresh_token.split(".")[1:]
