"""The cards of an organisation."""

from django.db import transaction

from customers.models import Organization, PaymentOption


def find_default_option(organization_id: int, *, gateway: str) -> PaymentOption | None:
    """Return the card that this organisation pays with through this gateway, if it has one."""
    return PaymentOption.objects.filter(
        organization_id=organization_id, gateway=gateway, is_default=True
    ).first()


@transaction.atomic
def add_payment_option(
    organization_id: int, *, gateway: str, token: str, brand: str, last4: str, exp_month: int, exp_year: int
) -> PaymentOption:
    """Keep a tokenised card and make it the one that the organisation pays with."""
    Organization.objects.select_for_update().get(pk=organization_id)
    PaymentOption.objects.filter(organization_id=organization_id, is_default=True).update(is_default=False)
    return PaymentOption.objects.create(
        organization_id=organization_id,
        gateway=gateway,
        gateway_token=token,
        brand=brand,
        last4=last4,
        exp_month=exp_month,
        exp_year=exp_year,
        is_default=True,
    )
