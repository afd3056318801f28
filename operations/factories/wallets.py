"""The card that a buyer needs before it can accept anything."""

from customers.models import Organization
from customers.payment_options import find_default_option
from operations.factories.customers import PaymentOptionFactory


def give_card(organization: Organization, token: str | None) -> None:
    """Let an organisation pay with this sandbox card; without a token, with the one it has or a good one."""
    if token is not None:
        PaymentOptionFactory.create(organization=organization, token=token)
    elif find_default_option(organization.pk, gateway="sandbox") is None:
        PaymentOptionFactory.create(organization=organization)
