"""Services for endpoints: create, change, delete, switch off and on, replace the secret.

They take the primary key of an endpoint; the door has found out whose it is.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.crypto import constant_time_compare

from core import clock
from core.errors import InvalidField
from core.texts import check_text
from customers.errors import SecretRotatedMeanwhile
from customers.models import Application
from events.types import EventType, ObjectType
from webhooks.addresses import check_url
from webhooks.errors import EndpointNotFound, TooManyEndpoints
from webhooks.events import tell_of_endpoint
from webhooks.models import DisabledReason, Endpoint, Format
from webhooks.models.endpoints import MAX_DESCRIPTION
from webhooks.queue import hurry_up
from webhooks.secrets import make_secret, name_secret, seal_secret

MOST_OF_ONE = 16
FORMER_SECRET_LIVES = timedelta(hours=24)
# A payout is of no application, so that no endpoint would ever hear of one.
NOT_OFFERED = (ObjectType.ENDPOINT, ObjectType.PAYOUT, ObjectType.PAYOUT_SETTINGS)
OFFERED_TYPES = [each.value for each in EventType if each.partition(".")[0] not in NOT_OFFERED]


class NewSecret(NamedTuple):
    """An endpoint and its secret, which is told this once."""

    endpoint: Endpoint
    secret: str


@transaction.atomic
def create_endpoint(
    *,
    application_id: int,
    url: str,
    description: str = "",
    format: str = Format.EVENT,
    event_types: Collection[str] = (),
) -> NewSecret:
    """Make an endpoint, which gets every event from now on. Raises InvalidField, TooManyEndpoints."""
    Application.objects.select_for_update(no_key=True).get(pk=application_id)
    if Endpoint.objects.kept().filter(application_id=application_id).count() >= MOST_OF_ONE:
        raise TooManyEndpoints
    secret = make_secret()
    endpoint = Endpoint(application_id=application_id, sealed_secret=seal_secret(secret))
    _set_terms(endpoint, url=url, description=description, format=format, event_types=event_types)
    endpoint.save(force_insert=True)
    # Not before the database has noted from which event on it gets them.
    Endpoint.objects.filter(pk=endpoint.pk).update(wants_since=clock.now())
    endpoint.refresh_from_db()
    return NewSecret(endpoint, secret)


@transaction.atomic
def change_endpoint(
    endpoint_id: int,
    *,
    url: str | None = None,
    description: str | None = None,
    format: str | None = None,
    event_types: Collection[str] | None = None,
) -> Endpoint:
    """Change what is given; None leaves it. Raises InvalidField, EndpointNotFound."""
    endpoint = lock_endpoint(endpoint_id)
    wanted = endpoint.format, endpoint.event_types
    _set_terms(
        endpoint,
        url=endpoint.url if url is None else url,
        description=endpoint.description if description is None else description,
        format=endpoint.format if format is None else format,
        event_types=endpoint.event_types if event_types is None else event_types,
    )
    if wanted != (endpoint.format, endpoint.event_types):
        endpoint.wants_since = clock.now()
    endpoint.save()
    return endpoint


@transaction.atomic
def delete_endpoint(endpoint_id: int) -> None:
    """Send nothing any more and show it no more; what was sent can be looked at. Raises EndpointNotFound."""
    endpoint = lock_endpoint(endpoint_id)
    endpoint.deleted_at = clock.now()
    endpoint.save(update_fields=["deleted_at"])


@transaction.atomic
def disable_endpoint(endpoint_id: int) -> Endpoint:
    """Send nothing until it is enabled; events wait. Raises EndpointNotFound."""
    endpoint = lock_endpoint(endpoint_id)
    if endpoint.disabled_at is None:
        switch_off(endpoint, DisabledReason.ASKED)
    return endpoint


@transaction.atomic
def enable_endpoint(endpoint_id: int) -> Endpoint:
    """Send again from where it stopped; what waits for a try is sent at once. Raises EndpointNotFound."""
    endpoint = lock_endpoint(endpoint_id)
    endpoint.disabled_at, endpoint.disabled_reason = None, DisabledReason.NONE
    endpoint.failing_since = endpoint.warned_at = None
    endpoint.save(update_fields=["disabled_at", "disabled_reason", "failing_since", "warned_at"])
    hurry_up(endpoint)
    return endpoint


@transaction.atomic
def rotate_secret(endpoint_id: int, *, replaces: str | None = None) -> NewSecret:
    """Make a new secret; the one before signs beside it for a day, an older one no more.

    `replaces` is `name_secret` of the one that somebody wanted to replace: of two who do it at once, the
    second gets SecretRotatedMeanwhile. Raises EndpointNotFound.
    """
    endpoint, secret = lock_endpoint(endpoint_id), make_secret()
    if replaces is not None and not constant_time_compare(replaces, name_secret(endpoint.sealed_secret)):
        raise SecretRotatedMeanwhile
    endpoint.sealed_former_secret = endpoint.sealed_secret
    endpoint.former_secret_until = clock.now() + FORMER_SECRET_LIVES
    endpoint.sealed_secret = seal_secret(secret)
    endpoint.save(update_fields=["sealed_secret", "sealed_former_secret", "former_secret_until"])
    return NewSecret(endpoint, secret)


def lock_endpoint(endpoint_id: int) -> Endpoint:
    """Lock an endpoint that was not deleted. Raises EndpointNotFound."""
    endpoint = Endpoint.objects.kept().filter(pk=endpoint_id).select_for_update(no_key=True).first()
    if endpoint is None:
        raise EndpointNotFound
    return endpoint


def switch_off(endpoint: Endpoint, reason: DisabledReason) -> None:
    """Send nothing any more to an endpoint that the caller has locked."""
    endpoint.disabled_at, endpoint.disabled_reason = clock.now(), reason
    endpoint.save(update_fields=["disabled_at", "disabled_reason"])
    tell_of_endpoint(endpoint, EventType.ENDPOINT_DISABLED)


def _set_terms(
    endpoint: Endpoint, *, url: str, description: str, format: str, event_types: Collection[str]
) -> None:
    if format not in Format.values:
        raise InvalidField("format", f"must be one of {', '.join(Format.values)}")
    unknown = sorted(set(event_types) - {*OFFERED_TYPES})
    if unknown:
        raise InvalidField("event_types", f"must be types of events, which {unknown[0][:40]!r} is not")
    endpoint.url = check_url(url)
    endpoint.description = check_text("description", description, MAX_DESCRIPTION)
    endpoint.format, endpoint.event_types = format, sorted(set(event_types))
