"""Filters of lists by why something failed."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from backoffice.admin.filters import FormFilter, make_text_box
from charges.models import Charge, ChargeStatus


class FailureFilter(FormFilter):
    """The rows that failed, for any reason or for one."""

    title = "failure"
    field: ClassVar[str] = "failure_code"

    @classmethod
    def list_fields(cls) -> dict[str, forms.Field]:
        """Ask for the code."""
        return {"failure": make_text_box("Code such as expired_card, * for any", most=40)}

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Keep those that failed so; the index leaves out what has not failed."""
        if not (code := said.get("failure")):
            return rows
        failed = rows.exclude(**{self.field: ""})
        return failed if code == "*" else failed.filter(**{self.field: code})


class AttemptFailureFilter(FailureFilter):
    """The same of attempts."""

    field = "code"


class SubscriptionFailureFilter(FailureFilter):
    """Subscriptions with a payment that failed so and is still tried, or was given up."""

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Keep those of the charges that failed so."""
        if not said.get("failure"):
            return rows
        unpaid = Charge.objects.filter(status__in=[ChargeStatus.PROCESSED, ChargeStatus.FAILED])
        failed = super().narrow(unpaid.filter(subscription__isnull=False), said)
        return rows.filter(pk__in=failed.values("subscription"))
