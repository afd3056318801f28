"""Make an account with its log-in, and check what somebody typed for it."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from access.password_slots import verify_in_turn
from core.errors import InvalidField
from core.texts import check_display_name, refuse_card_number
from customers.countries import COUNTRIES
from customers.errors import AddressTaken
from customers.models import ROLE_COLUMNS, Account, Organization, Role
from customers.models.organizations import MAX_NAME

MAX_EMAIL = 150  # The user name is the e-mail, and Django's column of names has no more.


def check_email(email: str) -> str:
    """Return an address as accounts have it. Raises InvalidField."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidField("email", "must be an e-mail address") from None
    if len(email) > MAX_EMAIL:
        raise InvalidField("email", f"must not have more than {MAX_EMAIL} characters")
    refuse_card_number("email", email, is_code=True)
    return email


def check_organization(*, organization_name: str, country: str) -> Organization:
    """Return an organisation of this name and country, not saved. Raises InvalidField."""
    if country not in COUNTRIES:
        raise InvalidField("country", "must be one of the list")
    name = check_display_name("organization_name", organization_name, MAX_NAME)
    if not name:
        raise InvalidField("organization_name", "must not be empty")
    return Organization(name=name, country=country)


def hash_new_password(password: str, *, email: str) -> str:
    """Return the hash of a new password. Raises InvalidField, and TooManyFailures while many are hashed."""
    try:
        validate_password(password, User(username=email, email=email))
    except ValidationError as error:
        raise InvalidField("password", " ".join(error.messages)) from None
    return verify_in_turn(lambda: make_password(password))


def is_address_taken(email: str) -> bool:
    """Say whether somebody logs in with this address."""
    return (
        Account.objects.filter(email=email).exists() or User.objects.filter(username__iexact=email).exists()
    )


def make_account(*, organization: Organization, email: str, password_hash: str, roles: list[Role]) -> Account:
    """Make an account with roles and a log-in in the caller's transaction. Raises AddressTaken."""
    if is_address_taken(email):
        raise AddressTaken
    columns = {ROLE_COLUMNS[role]: True for role in roles}
    try:
        with transaction.atomic():
            user = User.objects.create(username=email, email=email, password=password_hash)
            return Account.objects.create(organization=organization, user=user, email=email, **columns)
    except IntegrityError:  # Somebody was faster.
        raise AddressTaken from None
