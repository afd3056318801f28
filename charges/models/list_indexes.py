"""Indexes of the lists of charges: those of buyers, of sellers, of merchants and of customers."""

from django.db import models
from django.db.models import Q

from charges.models.labels import ChargeKind, ChargeStatus

LIST_INDEXES = [
    models.Index(name="charge_list_app", fields=["buyer", "order_application", "product", "-id"]),
    models.Index(
        name="charge_list_app_status",
        fields=["buyer", "order_application", "product", "status", "-id"],
    ),
    models.Index(name="charge_list_buyer", fields=["buyer", "product", "-id"]),
    models.Index(name="charge_list_payee", fields=["payee", "-id"], condition=Q(customer__isnull=False)),
    models.Index(
        name="charges_to_buyers",
        fields=["payee", "test", "public_id"],
        condition=Q(kind=ChargeKind.CHARGE, customer=None),
    ),
    models.Index(
        name="buyers_of_a_seller",
        fields=["payee", "test", "buyer"],
        condition=Q(kind=ChargeKind.CHARGE, customer=None, subscription=None, status=ChargeStatus.SUCCESS),
    ),
    models.Index(
        name="charge_list_customer", fields=["customer", "-id"], condition=Q(customer__isnull=False)
    ),
    models.Index(name="newest_of_customers", fields=["-id"], condition=Q(customer__isnull=False)),
]
