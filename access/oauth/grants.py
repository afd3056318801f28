"""OAuth checks beyond those of the library; docs/decisions/0006-oauth-settings.md gives the reasons."""

import hashlib
import re
import uuid
from collections.abc import Callable
from copy import copy
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from oauth2_provider.models import Grant, RefreshToken
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError

from access.client_secrets import find_former_secret
from access.installations import install_application
from access.oauth.access_tokens import lock_account, revoke_oldest_tokens
from access.oauth.refresh_tokens import read_granted_scopes
from access.oauth.scopes import list_permitted
from core import clock
from core.urls import is_safe_redirect
from customers.models import Account, Application

S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class RefreshTokenReused(InvalidGrantError):
    """The refresh token was rotated while this request was on its way."""


class StrictValidator(OAuth2Validator):
    """Codes are kept as hashes and used once, refresh tokens are used once, tokens need an account."""

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Allow a registered URI that is https, or http on loopback."""
        if not is_safe_redirect(redirect_uri):
            return False
        allowed: bool = super().validate_redirect_uri(client_id, redirect_uri, request, *args, **kwargs)
        return allowed

    def get_default_redirect_uri(
        self, client_id: str, request: Request, *args: Any, **kwargs: Any
    ) -> str | None:
        """Return the only registered URI if it may be used."""
        uri: str = super().get_default_redirect_uri(client_id, request, *args, **kwargs)
        return uri if is_safe_redirect(uri) else None

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        """Require PKCE unless the application may do without; refuse a challenge that is not S256.

        An application without a secret may never do without.
        """
        challenge, method = request.code_challenge, request.code_challenge_method
        if challenge is not None and (method != "S256" or not S256_CHALLENGE.fullmatch(challenge)):
            raise InvalidRequestError(description="The code_challenge_method must be S256.", request=request)
        app: Application = request.client
        return app.requires_pkce or app.client_type != Application.CLIENT_CONFIDENTIAL

    def validate_code(
        self, client_id: str, code: str, client: Application, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Accept a fresh code; one that was used before takes the tokens that it gave with it."""
        valid = super().validate_code(client_id, digest(code), client, request, *args, **kwargs)
        if not valid:
            revoke_tokens_of_code(code, client)
            return False
        request.scopes = keep_available(request.scopes, request)
        return bool(request.scopes) and may_authorize(request.user)

    def get_code_challenge(self, code: str, request: Request) -> str | None:
        """Return the challenge that this code was asked for with."""
        return find_grant(code, request).code_challenge or None

    def get_code_challenge_method(self, code: str, request: Request) -> str | None:
        """Return its method."""
        return find_grant(code, request).code_challenge_method or None

    def confirm_redirect_uri(
        self,
        client_id: str,
        code: str,
        redirect_uri: str,
        client: Application,
        request: Request,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """Require the very URI that the code was sent to."""
        return bool(find_grant(code, request).redirect_uri == redirect_uri)

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Request, *args: Any, **kwargs: Any
    ) -> None:
        """Use up the code. Of two requests with it at once, the second takes the tokens of both with it."""
        try:
            super().invalidate_authorization_code(client_id, digest(code), request, *args, **kwargs)
        except InvalidGrantError:
            revoke_tokens_of_code(code, request.client)
            raise

    def validate_refresh_token(
        self, refresh_token: str, client: Application, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Accept the newest refresh token of its family, for a person who may still log in.

        An older one ends its family, which is locked like everything that changes tokens of the person.
        """
        with transaction.atomic():
            lock_owner(RefreshToken.objects.filter(token_checksum=digest(refresh_token)))
            valid = super().validate_refresh_token(refresh_token, client, request, *args, **kwargs)
        return valid and may_authorize(request.user)

    def get_original_scopes(
        self, refresh_token: str, request: Request, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return what was granted and what the application still has."""
        granted = read_granted_scopes(refresh_token)
        if not granted:
            granted = (super().get_original_scopes(refresh_token, request, *args, **kwargs) or "").split()
        return keep_available(granted, request)

    def save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        """Save the tokens and keep their number down; a refresh token rotated meanwhile ends its family."""
        try:
            with transaction.atomic():
                lock_account(request.user.pk)
                require_unused(request)
                super().save_bearer_token(token, request, *args, **kwargs)
                revoke_oldest_tokens(user_id=request.user.pk, application_id=request.client.pk)
        except RefreshTokenReused:
            revoke_family(request.refresh_token_instance.token_family)
            raise

    def _authenticate_basic_auth(self, request: Request) -> bool:
        return authenticate_by_either_secret(super()._authenticate_basic_auth, request)

    def _authenticate_request_body(self, request: Request) -> bool:
        return authenticate_by_either_secret(super()._authenticate_request_body, request)

    def _load_application(self, client_id: str, request: Request) -> Application | None:
        """Return the application with this id, which the library also reads from credentials in a header."""
        if "\0" in (client_id or ""):  # No column can be compared with it.
            return None
        application: Application | None = super()._load_application(client_id, request)
        return application

    @transaction.atomic
    def _create_authorization_code(
        self, request: Request, code: dict[str, str], expires: Any = None
    ) -> Grant:
        install_application(account=request.user.account, application=request.client)
        # Parameters of OpenID and of RFC 8707, which we do not offer, would only be kept unread.
        request.nonce, request.claims, request.resource = None, None, []
        return super()._create_authorization_code(request, code | {"code": digest(code["code"])}, expires)

    def _create_refresh_token(
        self, request: Request, refresh_token_code: str, access_token: Any, previous_refresh_token: Any
    ) -> RefreshToken:
        created = super()._create_refresh_token(
            request, refresh_token_code, access_token, previous_refresh_token
        )
        if previous_refresh_token is None:
            created.token_family = family_of(request.code)
            created.save(update_fields=["token_family"])
        return created

    def _check_and_set_request_resource(self, request: Request) -> None:
        request.resource = []


def authenticate_by_either_secret(authenticate: Callable[[Request], bool], request: Request) -> bool:
    """Let an application in with its secret, or with the one before while that works."""
    if authenticate(request):
        return True
    present = request.client
    former = find_former_secret(present, at=clock.now()) if isinstance(present, Application) else ""
    if not former:
        return False
    request.client = copy(present)
    request.client.client_secret = former
    try:
        return authenticate(request)
    finally:
        request.client = present


def digest(code: str) -> str:
    """Return what is kept of an authorization code."""
    return hashlib.sha256(code.encode()).hexdigest()


def family_of(code: str) -> uuid.UUID:
    """Return the token family of a code: it tells where tokens came from when the code is forgotten."""
    return uuid.UUID(bytes=hashlib.sha256(b"family:" + code.encode()).digest()[:16])


def find_grant(code: str, request: Request) -> Grant:
    """Return the unused code of this client. Raises InvalidGrantError if another request used it up."""
    grant = Grant.objects.filter(code=digest(code), application=request.client).first()
    if grant is None:
        revoke_tokens_of_code(code, request.client)
        raise InvalidGrantError(request=request)
    return grant


def revoke_tokens_of_code(code: str, client: Application) -> None:
    """Revoke what a code that comes a second time gave the first time."""
    family = family_of(code)
    if RefreshToken.objects.filter(token_family=family, application=client).exists():
        revoke_family(family)


@transaction.atomic
def revoke_family(family: uuid.UUID | None) -> None:
    """Revoke the tokens that came of one code.

    Without the lock two of these that overlap, or one and a rotation, lock the rows in different orders.
    """
    lock_owner(RefreshToken.objects.filter(token_family=family))
    RefreshToken.revoke_family(family)


def lock_owner(tokens: QuerySet[RefreshToken]) -> None:
    """Lock the account of the person that tokens act for, if there are any."""
    user_id = tokens.values_list("user_id", flat=True).first()
    if user_id is not None:
        lock_account(user_id)


def keep_available(granted: list[str], request: Request) -> list[str]:
    """Return the granted scopes that the application and the person may still have."""
    available = list_permitted(request.client, request.user)
    return [scope for scope in granted if scope in available]


def may_authorize(user: Any) -> bool:
    """Say whether this person has an account and may log in."""
    return Account.objects.filter(user=user, user__is_active=True).exists()


def require_unused(request: Request) -> None:
    """Raise RefreshTokenReused if another request has rotated the refresh token since it was checked."""
    presented = getattr(request, "refresh_token_instance", None)
    if presented and RefreshToken.objects.filter(pk=presented.pk, revoked__isnull=False).exists():
        raise RefreshTokenReused(request=request)
