"""What the holder of a token may do with it, as Text's clients do: look at it, and end it."""

import hashlib
from typing import Any

from oauth2_provider.models import AccessToken, RefreshToken, revoke_access_token

from access.oauth.bearer_tokens import find_caller
from core import clock


def describe_held_token(value: str) -> dict[str, Any]:
    """Return whose an access token is and what it is good for, with scopes between commas.

    `expires_in` is in seconds. Raises NotAuthenticated.
    """
    caller = find_caller(value)
    token = AccessToken.objects.get(token_checksum=_digest(value))
    return {
        "access_token": value,
        "account_id": str(caller.account_public_id),
        "client_id": caller.app.client_id,
        "expires_in": max(0, round((token.expires - clock.now()).total_seconds())),
        "organization_id": str(caller.organization_public_id),
        "scope": ",".join(scope for scope in token.scope.split() if scope in caller.scopes),
        "token_type": "Bearer",
    }


def revoke_held_token(value: str) -> None:
    """Revoke an access or refresh token and the one that came with it; an unknown one is no fault."""
    checksum = _digest(value)
    for token in AccessToken.objects.filter(token_checksum=checksum):
        revoke_access_token(token)
    for refresh_token in RefreshToken.objects.filter(token_checksum=checksum, revoked=None):
        refresh_token.revoke()


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
