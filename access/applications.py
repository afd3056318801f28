"""Applications of sellers, which are OAuth clients at the same time: register one, change it, its history."""

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from oauth2_provider.generators import generate_client_secret

from core.errors import InvalidField
from customers.errors import ApplicationNotFound, ReviewedAlready, TooManyApplications
from customers.models import (
    Application,
    ApplicationAct,
    ApplicationChange,
    Organization,
    ReviewStatus,
)

MOST_OF_ONE = 50
REVIEWED = ("name", "products", "allowed_scopes")


class SellerSettings(TypedDict, total=False):
    """What a seller may set of an application."""

    name: str
    products: Sequence[str]
    allowed_scopes: Sequence[str]
    redirect_uris: Sequence[str]
    return_origins: Sequence[str]
    starts_when_accepted: bool
    remembers_trials: bool
    allows_second: bool
    prices_exclude_tax: bool


def register_application(
    *,
    organization: Organization,
    name: str,
    author_email: str,
    products: Sequence[str],
    allowed_scopes: Sequence[str],
    redirect_uris: Sequence[str] = (),
    return_origins: Sequence[str] = (),
    is_approved: bool = True,
    **settings: bool,
) -> tuple[Application, str]:
    """Make an app of this organisation and return it with its client secret, which is kept hashed only.

    One that is not approved makes test charges only. Raises InvalidField, which names the field.
    """
    secret = generate_client_secret()
    application = Application(
        organization=organization,
        name=name,
        author_email=author_email,
        products=[*products],
        allowed_scopes=[*allowed_scopes],
        redirect_uris=" ".join(redirect_uris),
        return_origins=[*return_origins],
        review_status=ReviewStatus.APPROVED if is_approved else ReviewStatus.DRAFT,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        client_secret=secret,
        **settings,
    )
    _check(application)
    application.save()
    return application, secret


@transaction.atomic
def make_application(
    *, organization_id: int, author_email: str, actor: str, **said: Unpack[SellerSettings]
) -> tuple[Application, str]:
    """Make a seller's own app, in test mode; return it with its secret.

    Name, products and scopes are needed. Raises InvalidField, TooManyApplications.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    others = Application.objects.filter(organization=organization)
    if others.count() >= MOST_OF_ONE:
        raise TooManyApplications
    _check_unused(others, said["name"])
    known: dict[str, Any] = {"organization": organization, "author_email": author_email, **said}
    application, secret = register_application(**known, is_approved=False)
    record_act(application, ApplicationAct.CREATED, actor=actor)
    return application, secret


@transaction.atomic
def change_application(application_id: int, *, actor: str, **said: Unpack[SellerSettings]) -> Application:
    """Change what a seller may set, and return the app.

    Raises ReviewedAlready for what is approved, or waits for it; InvalidField, ApplicationNotFound.
    """
    application = lock_application(application_id)
    wanted: dict[str, Any] = {**said}
    if unknown := wanted.keys() - SellerSettings.__optional_keys__:
        raise TypeError(f"not a seller's to set: {sorted(unknown)}")
    if "redirect_uris" in wanted:
        wanted["redirect_uris"] = " ".join(wanted["redirect_uris"])
    changed = [name for name, value in wanted.items() if getattr(application, name) != value]
    if not changed:
        return application
    is_open = application.review_status in (ReviewStatus.DRAFT, ReviewStatus.REFUSED)
    if not is_open and not {*REVIEWED}.isdisjoint(changed):
        raise ReviewedAlready
    if "name" in changed:
        others = Application.objects.filter(organization=application.organization_id)
        _check_unused(others.exclude(pk=application.pk), wanted["name"])
    for name in changed:
        setattr(application, name, wanted[name])
    _check(application)
    application.save(update_fields=[*changed, "updated"])
    record_act(application, ApplicationAct.CHANGED, actor=actor, reason=", ".join(sorted(changed)))
    return application


def lock_application(application_id: int) -> Application:
    """Lock an application and return it. Raises ApplicationNotFound."""
    rows = Application.objects.select_related("organization").select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=application_id).first()
    if found is None:
        raise ApplicationNotFound
    return found


def record_act(
    application: Application, act: ApplicationAct, *, actor: str, reason: str = "", is_told: bool = True
) -> None:
    """Write down in the caller's transaction what was done; without `is_told` the seller gets a mail."""
    ApplicationChange.objects.create(
        application=application, act=act, actor=actor, reason=reason, is_told=is_told
    )


def _check_unused(others: Any, name: str) -> None:
    """Refuse a second app of one name (InvalidField): buyers could not tell them apart."""
    if others.filter(name__iexact=name.strip()).exists():
        raise InvalidField("name", "is the name of another application of yours")


def _check(application: Application) -> None:
    try:
        application.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidField(field, messages[0]) from None
