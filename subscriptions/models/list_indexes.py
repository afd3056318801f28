"""Indexes of the lists of subscriptions: those of buyers, of sellers, of merchants and of customers."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

LIST_INDEXES = [
    models.Index(name="subscriptions_by_day", fields=["created_at", "id"]),
    models.Index(name="subscriptions_by_amount", fields=["price_minor", "currency", "-id"]),
    GinIndex(SearchVector("name", config="simple"), name="subscriptions_by_words"),
    models.Index(name="sub_list_app", fields=["buyer", "order_application", "product", "-id"]),
    models.Index(name="sub_list_buyer", fields=["buyer", "product", "-id"]),
    models.Index(name="sub_list_customer", fields=["customer", "-id"], condition=Q(customer__isnull=False)),
    models.Index(name="sub_list_plan", fields=["plan", "-id"], condition=Q(plan__isnull=False)),
    models.Index(name="sub_list_payee", fields=["payee", "-id"], condition=Q(customer__isnull=False)),
    models.Index(name="sub_to_buyers", fields=["payee", "test", "public_id"], condition=Q(customer=None)),
    models.Index(
        name="sub_buyers_of_a_seller",
        fields=["payee", "test", "buyer"],
        condition=Q(customer=None, activated_at__isnull=False),
    ),
]
