"""Filters of lists that ask for something: days, an amount, live or test money, a currency.

Each is a small form without a script; what cannot be read is told beside its field and filters nothing.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from backoffice.reader_zone import begin_day
from core.currencies import EXPONENTS

BOX = {"class": " ".join(INPUT_CLASSES)}
SENSIBLE = [MinValueValidator(date(1970, 1, 2)), MaxValueValidator(date(2200, 1, 1))]
MOST = Decimal(10) ** 12
WITHOUT_DECIMALS, WITH_THREE = (
    [code for code, exponent in EXPONENTS.items() if exponent == decimals] for decimals in (0, 3)
)
LIVE, TEST, BOTH = "live", "test", "both"
FROM, TO = "_from", "_to"
OF_ONE = "__id__exact"  # How the look-ups of links end that ask for what belongs to one row.


def make_text_box(label: str, *, most: int) -> forms.CharField:
    """Return a box for words of so many characters, which may stay empty."""
    return forms.CharField(label=label, required=False, max_length=most, widget=UnfoldAdminTextInputWidget)


class FormFilter(admin.ListFilter):
    """A filter whose choices are the fields of a form."""

    template = "admin/lists/filter.html"

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        fields = self.list_fields()
        said = {name: params.pop(name)[-1] for name in fields if name in params}
        self.form = forms.Form(said if said else None)
        self.form.fields |= fields

    @classmethod
    def list_fields(cls) -> dict[str, forms.Field]:
        """Return the fields by their names in an address."""
        raise NotImplementedError

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Return the rows that fit what was said."""
        raise NotImplementedError

    def has_output(self) -> bool:
        """Show it always."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Return the names that are its own."""
        return [*self.form.fields]

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """Yield the form."""
        yield {"form": self.form}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what fits; a form that is wrong keeps all."""
        return self.narrow(queryset, self.form.cleaned_data if self.form.is_valid() else {})


class DayFilter(FormFilter):
    """The rows of some days, both ends included, in the reader's time zone."""

    field: ClassVar[str] = ""

    @classmethod
    def list_fields(cls) -> dict[str, forms.Field]:
        """Ask for the first and the last day."""
        widget = forms.DateInput({"type": "date", **BOX})
        return {
            f"{cls.field}{end}": forms.DateField(
                label=label, required=False, validators=SENSIBLE, widget=widget
            )
            for end, label in ((FROM, "From"), (TO, "Through"))
        }

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Keep the rows of these days."""
        if start := said.get(f"{self.field}{FROM}"):
            rows = rows.filter(**{f"{self.field}__gte": self.begin(start)})
        if end := said.get(f"{self.field}{TO}"):
            rows = rows.filter(**{f"{self.field}__lt": self.begin(end + timedelta(days=1))})
        return rows

    def begin(self, day: date) -> datetime:
        """Return the first instant of a day."""
        return begin_day(day)


class BookDayFilter(DayFilter):
    """The rows of some days of the books, which are in UTC for every reader."""

    def begin(self, day: date) -> datetime:
        """Return midnight in UTC."""
        return datetime.combine(day, time(), UTC)


class AmountFilter(FormFilter):
    """The rows of an amount, or between two, in units of each row's currency."""

    title = "amount"
    fields: ClassVar[tuple[str, ...]] = ("amount_minor",)  # Any of them may be between.

    @classmethod
    def list_fields(cls) -> dict[str, forms.Field]:
        """Ask for the least and the most."""
        return {
            f"amount{end}": forms.DecimalField(
                label=label,
                required=False,
                min_value=0,
                max_value=MOST,
                decimal_places=3,
                widget=forms.NumberInput({"step": "any", "min": "0", **BOX}),
            )
            for end, label in ((FROM, "At least"), (TO, "At most"))
        }

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Keep those between; how many decimals an amount has depends on its currency."""
        least, most = said.get(f"amount{FROM}"), said.get(f"amount{TO}")
        if least is None and most is None:
            return rows
        usual = self._between(least, most, 2) & ~Q(currency__in=[*WITHOUT_DECIMALS, *WITH_THREE])
        whole = self._between(least, most, 0) & Q(currency__in=WITHOUT_DECIMALS)
        return rows.filter(usual | whole | self._between(least, most, 3) & Q(currency__in=WITH_THREE))

    def _between(self, least: Decimal | None, most: Decimal | None, exponent: int) -> Q:
        ends = {}
        if least is not None:
            ends["gte"] = -int(-least.scaleb(exponent) // 1)
        if most is not None:
            ends["lte"] = int(most.scaleb(exponent) // 1)
        found = Q()
        for field in self.fields:
            found |= Q(**{f"{field}__{end}": minor for end, minor in ends.items()})
        return found


class ModeFilter(FormFilter):
    """Live money, unless somebody asks for test money or types what to look for."""

    title = "money"
    is_test: ClassVar[Q] = Q(livemode=False)

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.usual = usual_mode(request)

    @classmethod
    def list_fields(cls) -> dict[str, forms.Field]:
        """Ask for one of three."""
        choices = [
            ("", "Live; all when searching"),
            (LIVE, "Live"),
            (TEST, "Test"),
            (BOTH, "Both"),
        ]
        return {
            "mode": forms.ChoiceField(
                label="Live or test", required=False, choices=choices, widget=UnfoldAdminSelectWidget
            )
        }

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Keep the money that was asked for."""
        mode = said.get("mode") or self.usual
        if mode == BOTH:
            return rows
        return rows.filter(self.is_test if mode == TEST else ~self.is_test)


class ChargeModeFilter(ModeFilter):
    """The same of rows that say whether they are tests."""

    is_test = Q(test=True)


class CurrencyFilter(FormFilter):
    """The rows of one currency."""

    title = "currency"

    @classmethod
    def list_fields(cls) -> dict[str, forms.Field]:
        """Ask for the code; to offer those that occur, a list would have to read all of its rows."""
        return {
            "currency": forms.CharField(
                label="Code such as EUR", required=False, max_length=3, widget=UnfoldAdminTextInputWidget
            )
        }

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Keep those of the currency."""
        code = said.get("currency")
        return rows.filter(currency=code.upper()) if code else rows


def filter_days(name: str, words: str) -> type[DayFilter]:
    """Return the filter of a field by days."""
    return type("Days", (DayFilter,), {"field": name, "title": words})


def filter_book_days(name: str, words: str) -> type[DayFilter]:
    """Return the filter of a field of the books by days in UTC, such as the first of a month."""
    return type("Days", (BookDayFilter,), {"field": name, "title": words})


def filter_amounts(*names: str) -> type[AmountFilter]:
    """Return the filter of a field of cents, or of rows of which any of some fields fits."""
    return type("Amounts", (AmountFilter,), {"fields": names})


def usual_mode(request: HttpRequest) -> str:
    """Return which money a list shows to who has not said.

    Who searches finds test money, too, and who comes from the page of what the rows belong to.
    """
    is_narrow = any(name.endswith(OF_ONE) for name in request.GET)
    return BOTH if request.GET.get("q") or is_narrow else LIVE
