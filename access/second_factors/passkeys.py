"""Passkeys (WebAuthn): what a browser is asked, and whether its answer is right."""

import ipaddress
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from access.errors import PasskeyRefused
from access.models import LONGEST_NAME, Passkey
from access.second_factors.mails import Change, tell_of_factors
from core import clock
from core.brand import Brand
from core.texts import check_text

MOST_KEYS = 10
LONGEST_ANSWER = 20_000
Answer = TypeVar("Answer")


def can_have_passkeys() -> bool:
    """Say whether browsers make passkeys for this server: a name is needed, an IP address has none."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def ask_for_new(user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the browser is asked to make a key, and what the session keeps until it answers."""
    person = PublicKeyCredentialUserEntity(
        name=user.get_username(), id=str(user.pk).encode(), display_name=user.get_username()
    )
    options, state = _make_server().register_begin(
        person,
        _describe(user),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options)["publicKey"], state


def add_passkey(user: User, *, name: str, state: Mapping[str, Any], answer: str) -> Passkey:
    """Keep the key that a browser has made. Raises PasskeyRefused, InvalidField."""
    name = check_text("name", name, LONGEST_NAME) or "Passkey"
    made = _trust(lambda: _make_server().register_complete(state, _read(answer)))
    if made.credential_data is None or Passkey.objects.filter(user=user).count() >= MOST_KEYS:
        raise PasskeyRefused
    try:
        with transaction.atomic():
            key = Passkey.objects.create(
                user=user,
                name=name,
                credential_id=made.credential_data.credential_id,
                credential=bytes(made.credential_data),
                sign_count=made.counter,
            )
    except IntegrityError:
        raise PasskeyRefused from None
    tell_of_factors(user.pk, Change.ADDED)
    return key


def ask_for_known(user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the browser is asked to sign, and what the session keeps until it answers."""
    options, state = _make_server().authenticate_begin(
        _describe(user), user_verification=UserVerificationRequirement.PREFERRED
    )
    return dict(options)["publicKey"], state


@transaction.atomic
def check_passkey(user: User, *, state: Mapping[str, Any], answer: str) -> Passkey:
    """Return the key that signed, and count its use. Raises PasskeyRefused.

    A key whose counter does not grow was copied; keys without a counter say 0 each time.
    """
    said = _read(answer)
    keys = list(Passkey.objects.select_for_update().filter(user=user))
    known = [AttestedCredentialData(bytes(key.credential)) for key in keys]
    found = _trust(lambda: _make_server().authenticate_complete(state, known, said))
    [key] = [key for key in keys if bytes(key.credential_id) == found.credential_id]
    count = _trust(lambda: AuthenticationResponse.from_dict(said).response.authenticator_data.counter)
    if count <= key.sign_count and (count or key.sign_count):
        raise PasskeyRefused
    key.sign_count, key.used_at = count, clock.now()
    key.save(update_fields=["sign_count", "used_at"])
    return key


def _make_server() -> Fido2Server:
    brand: Brand = settings.BRAND
    party = PublicKeyCredentialRpEntity(
        id=urlsplit(settings.BASE_URL).hostname, name=brand.own_name or "Marketplace billing"
    )
    return Fido2Server(party, verify_origin=lambda origin: origin == settings.BASE_URL)


def _describe(user: User) -> list[PublicKeyCredentialDescriptor]:
    ids = Passkey.objects.filter(user=user).values_list("credential_id", flat=True)
    return [
        PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=bytes(key)) for key in ids
    ]


def _read(answer: str) -> dict[str, Any]:
    """Return what a browser has answered. Raises PasskeyRefused for what is no JSON.

    That the answer is an object with all it needs is checked by the library, which raises, too.
    """
    said: dict[str, Any] = _trust(lambda: json.loads(answer[:LONGEST_ANSWER]))
    return said


def _trust(check: Callable[[], Answer]) -> Answer:
    """Return what a check returns. Raises PasskeyRefused, whatever a library says of a hostile answer."""
    try:
        return check()
    except Exception as error:
        raise PasskeyRefused from error
