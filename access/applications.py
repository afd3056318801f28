"""Registering a seller's app, which is an OAuth client at the same time."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from oauth2_provider.generators import generate_client_secret

from core.errors import InvalidField
from customers.models import Application, Organization


def register_application(
    *,
    organization: Organization,
    name: str,
    author_email: str,
    products: Sequence[str],
    allowed_scopes: Sequence[str],
    redirect_uris: Sequence[str] = (),
    return_origins: Sequence[str] = (),
) -> tuple[Application, str]:
    """Make an app of this organisation and return it with its client secret, which is kept hashed only.

    Raises InvalidField, which names the field.
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
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        client_secret=secret,
    )
    try:
        application.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidField(field, messages[0]) from None
    application.save()
    return application, secret
