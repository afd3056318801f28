"""Rotate the client secret of an application: the one before goes on for a chosen time beside the new one."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from oauth2_provider.generators import generate_client_secret

from access.applications import lock_application, record_act
from core import clock
from core.errors import InvalidField
from customers.errors import SecretRotatedMeanwhile
from customers.models import Application, ApplicationAct

OVERLAPS = {
    "none": timedelta(),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
SALT = "access.client_secrets"


def name_secret(application: Application) -> str:
    """Return a name of the present secret that tells nothing about it."""
    return salted_hmac(SALT, application.client_secret, algorithm="sha256").hexdigest()[:32]


@transaction.atomic
def rotate_client_secret(application_id: int, *, replaces: str, overlap: str, actor: str) -> str:
    """Make a new secret and return it; the present one works on for `overlap` (a key of OVERLAPS).

    An older one that still worked ends now. `replaces` is `name_secret` of the secret that somebody wanted to
    replace: of two who do it at once, the second gets SecretRotatedMeanwhile. Raises InvalidField,
    ApplicationNotFound.
    """
    if overlap not in OVERLAPS:
        raise InvalidField("overlap", f"must be one of {', '.join(OVERLAPS)}")
    application, secret = lock_application(application_id), generate_client_secret()
    if not constant_time_compare(replaces, name_secret(application)):
        raise SecretRotatedMeanwhile
    lasts = OVERLAPS[overlap]
    application.former_client_secret = application.client_secret if lasts else ""
    application.former_secret_until = clock.now() + lasts if lasts else None
    application.client_secret = secret
    application.save(
        update_fields=["client_secret", "former_client_secret", "former_secret_until", "updated"]
    )
    record_act(application, ApplicationAct.SECRET_ROTATED, actor=actor, reason=f"overlap: {overlap}")
    return secret


@transaction.atomic
def end_former_secret(application_id: int, *, actor: str) -> None:
    """Let only the present secret work from now on. Raises ApplicationNotFound."""
    application = lock_application(application_id)
    if application.former_client_secret:
        application.former_client_secret, application.former_secret_until = "", None
        application.save(update_fields=["former_client_secret", "former_secret_until", "updated"])
        record_act(application, ApplicationAct.SECRET_ROTATED, actor=actor, reason="former secret ended")


def find_former_secret(application: Application, *, at: datetime) -> str:
    """Return the hash of the secret before the present one while it works (UTC), else nothing."""
    until = application.former_secret_until
    return application.former_client_secret if until is not None and at < until else ""
