"""Which second factors somebody has; adding an app, checking what is said, and taking all away."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Min, Q

from access.errors import CodeIsWrong, OnlyFactor
from access.log_in_limits import check_code_of
from access.models import AuthenticatorApp, Passkey, RecoveryCode
from access.open_sessions import end_sessions
from access.second_factors.codes import find_step
from access.second_factors.mails import Change, tell_of_factors
from access.second_factors.recovery import count_codes, make_codes, use_code
from core import clock
from core.sealing import seal, unseal

PURPOSE = "authenticator apps"
NEW_FOR = timedelta(hours=1)


class Factors(NamedTuple):
    """What somebody has."""

    app: AuthenticatorApp | None
    passkeys: list[Passkey]
    codes_left: int


def list_factors(user: User) -> Factors:
    """Return the second factors of a person."""
    app = AuthenticatorApp.objects.filter(user=user).first()
    return Factors(app, list(Passkey.objects.filter(user=user).order_by("pk")), count_codes(user))


def has_factor(user_id: int) -> bool:
    """Say whether somebody has a second factor; recovery codes alone are none."""
    has_app = AuthenticatorApp.objects.filter(user=user_id).exists()
    return has_app or Passkey.objects.filter(user=user_id).exists()


def find_wait(user: User) -> datetime | None:
    """Return until when (UTC) the second factor that somebody has moves no money; None when it does.

    Who knows the password alone can add the first one. Its owner is mailed of that, and has this long to
    object. The superuser who begins an installation, where nobody else has one, does not wait.
    """
    added = [
        model.objects.filter(user=user).aggregate(first=Min("added_at"))["first"]
        for model in (AuthenticatorApp, Passkey)
    ]
    until = min((at + NEW_FOR for at in added if at is not None), default=clock.now())
    return None if until <= clock.now() or (user.is_superuser and _is_first(user)) else until


def _is_first(user: User) -> bool:
    """Say whether nobody else of the staff has a second factor."""
    has_one = Q(authenticator_app__isnull=False) | Q(passkeys__isnull=False)
    staff = User.objects.filter(has_one, is_staff=True, is_active=True)
    return not staff.exclude(pk=user.pk).exists()


def seal_secret(secret: bytes) -> str:
    """Return a new secret as a session keeps it until it is confirmed."""
    return seal(secret, purpose=PURPOSE).decode()


def open_secret(sealed: str) -> bytes:
    """Return the secret that a session keeps."""
    return unseal(sealed.encode(), purpose=PURPOSE)


@transaction.atomic
def add_app(user: User, *, sealed: str, code: str) -> None:
    """Add the app whose secret was shown, or replace the one there is. Raises CodeIsWrong."""
    step = find_step(open_secret(sealed), _squeeze(code), at=clock.now().timestamp(), after=0)
    if step is None:
        raise CodeIsWrong
    values = {"sealed_secret": sealed.encode(), "last_step": step}
    AuthenticatorApp.objects.update_or_create(user=user, defaults=values)
    tell_of_factors(user.pk, Change.ADDED)


@transaction.atomic
def give_first_codes(user: User) -> list[str]:
    """Return new recovery codes for a person who has none, else nothing."""
    return [] if RecoveryCode.objects.filter(user=user).exists() else make_codes(user)


def check_code(user: User, typed: str, *, address: str) -> str:
    """Check a code of the app or of the paper, within the limits of wrong ones; say which it was.

    Raises CodeIsWrong, TooManyFailures.
    """
    return check_code_of(name=user.get_username(), address=address, verify=lambda: _verify(user, typed))


@transaction.atomic
def take_passkey_away(user: User, *, key: int) -> Passkey | None:
    """Take a passkey of a person away and return it, if there is one with this id. Raises OnlyFactor."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # One after the other: the last one stays.
    factors = list_factors(user)
    found = next((row for row in factors.passkeys if row.pk == key), None)
    if found is None:
        return None
    if factors.app is None and len(factors.passkeys) == 1:
        raise OnlyFactor
    Passkey.objects.filter(pk=found.pk).delete()
    tell_of_factors(user.pk, Change.TAKEN_AWAY)
    return found


@transaction.atomic
def take_factors_away(user_id: int) -> None:
    """Take all second factors from a person, and end the sessions."""
    tell_of_factors(user_id, Change.RESET)
    for model in (AuthenticatorApp, Passkey, RecoveryCode):
        model.objects.filter(user=user_id).delete()
    end_sessions(user_id)


def _verify(user: User, typed: str) -> str | None:
    """Say by what a code is good, and use it up; None for a wrong one. The name is locked."""
    code = _squeeze(typed)
    app = AuthenticatorApp.objects.select_for_update().filter(user=user).first()
    secret = unseal(bytes(app.sealed_secret), purpose=PURPOSE) if app else b""
    step = find_step(secret, code, at=clock.now().timestamp(), after=app.last_step) if app else None
    if app is not None and step is not None:
        app.last_step = step
        app.save(update_fields=["last_step"])
        return "a code of the authenticator app"
    return "a recovery code" if use_code(user, code) else None


def _squeeze(code: str) -> str:
    return "".join(code.split())[:64]
