"""The instant as of which balances are shown: a filter of the list of accounts, and a form on their pages."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import DateTimeField, QuerySet, Value
from django.http import HttpRequest

from backoffice.admin.filters import BOX, FormFilter
from core import clock
from core.errors import InvalidField
from core.instants import check_past
from ledger.as_of import add_balances

AS_OF = "as_of"


class InstantField(forms.DateTimeField):
    """An instant of the past in the reader's time zone."""

    widget = forms.DateTimeInput({"type": "datetime-local", "step": "1", **BOX}, format="%Y-%m-%dT%H:%M:%S")

    def clean(self, value: Any) -> datetime | None:
        """Return the instant, None for none. Raises ValidationError."""
        try:
            instant: datetime | None = super().clean(value)
            return instant and check_past(instant)
        except InvalidField as error:
            raise forms.ValidationError(f"The instant {error}.") from error
        except OverflowError as error:
            raise forms.ValidationError("No clock has this instant.") from error


class AsOfFilter(FormFilter):
    """All rows, with their balances as of an instant, as of now without one."""

    title = "instant"

    @classmethod
    def list_fields(cls) -> dict[str, forms.Field]:
        """Ask for it."""
        return {AS_OF: InstantField(label="Balance as of", required=False)}

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Keep all, with `balance_minor` and `as_of`."""
        return show_balances(rows, said.get(AS_OF))


def show_balances(accounts: QuerySet[Any], at: datetime | None) -> QuerySet[Any]:
    """Return accounts with `balance_minor` (cents, debit positive) and its instant as `as_of`."""
    written = Value(at or clock.now(), output_field=DateTimeField())
    return add_balances(accounts, at=at).annotate(as_of=written)


def ask_instant(request: HttpRequest) -> forms.Form:
    """Return the form of an account's page, filled in with what was asked for."""
    form = forms.Form({AS_OF: request.GET[AS_OF]} if AS_OF in request.GET else None)
    form.fields |= AsOfFilter.list_fields()
    return form
