"""The first steps of an operator: an organisation, an administrator, and an application."""

from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from access.applications import register_application
from access.oauth.scopes import LEDGER_READ, PRODUCT_SCOPES
from access.user_names import normalize_user_name
from core.errors import BillingError, InvalidField
from customers.models import Organization


class AlreadySetUp(BillingError):
    """This installation has an operator; staff change the rest in the admin."""


class Answers(NamedTuple):
    """What an operator is asked for."""

    organization: str
    admin_email: str
    admin_password: str
    app_name: str
    redirect_uri: str


@transaction.atomic
def set_up(answers: Answers) -> dict[str, str]:
    """Make the operator's organisation, its first administrator and its first application.

    Returns the application's client id and secret, which is kept hashed only. Raises AlreadySetUp,
    InvalidField.
    """
    if Organization.objects.filter(is_operator=True).exists():
        raise AlreadySetUp
    organization = Organization(name=answers.organization, is_operator=True)
    _check(organization, "organization")
    organization.save()
    _make_administrator(answers.admin_email, answers.admin_password)
    application, secret = register_application(
        organization=organization,
        name=answers.app_name,
        author_email=answers.admin_email,
        products=[*PRODUCT_SCOPES],
        allowed_scopes=[*PRODUCT_SCOPES.values(), LEDGER_READ],
        redirect_uris=[answers.redirect_uri],
    )
    return {"client_id": application.client_id, "client_secret": secret}


def _make_administrator(email: str, password: str) -> None:
    """Make a superuser who logs in with the e-mail. Raises InvalidField."""
    users = get_user_model()
    name = normalize_user_name(email)
    user = users(username=name, email=name, is_staff=True, is_superuser=True)
    if not email or users.objects.filter(username=name).exists():
        raise InvalidField("admin_email", "must be an e-mail that nobody logs in with")
    _check(user, "admin_email", but=["password"])
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidField("admin_password", " ".join(error.messages)) from None
    user.set_password(password)
    user.save()


def _check(row: Model, field: str, *, but: list[str] | None = None) -> None:
    try:
        row.full_clean(exclude=but)
    except ValidationError as error:
        raise InvalidField(field, " ".join(error.messages)) from None
