"""The time that the first page is about: a preset, or days that somebody chose. Days are UTC."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from unfold.widgets import UnfoldAdminSelectWidget

from core import clock

PRESETS = {
    "7": "Last 7 days",
    "30": "Last 30 days",
    "90": "Last 90 days",
    "month": "This month",
    "last-month": "Last month",
    "365": "Last 12 months",
    "days": "From day to day",
}
USUAL = "30"
LONGEST = timedelta(days=3660)
# Between them no sum of days leaves the calendar.
SENSIBLE = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))]
BOX = "rounded-default border border-base-200 bg-white px-3 py-2 dark:border-base-700 dark:bg-base-900"


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both ends included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def before(self) -> "Period":
        """The time of the same length before."""
        length = timedelta(days=self.days)
        return Period(self.start - length, self.end - length)


class PeriodForm(forms.Form):
    """Which time, and whether of live or test money."""

    period = forms.ChoiceField(
        choices=[*PRESETS.items()], initial=USUAL, required=False, widget=UnfoldAdminSelectWidget
    )
    start = forms.DateField(
        label="From",
        required=False,
        validators=SENSIBLE,
        widget=forms.DateInput({"type": "date", "class": BOX}),
    )
    end = forms.DateField(
        label="Through",
        required=False,
        validators=SENSIBLE,
        widget=forms.DateInput({"type": "date", "class": BOX}),
    )
    test = forms.ChoiceField(
        label="Money",
        choices=[("", "Live"), ("1", "Test")],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order and more than ten years."""
        said = super().clean() or {}
        start, end = said.get("start"), said.get("end")
        if said.get("period") == "days" and not (start and end):
            raise forms.ValidationError("Say the first and the last day.")
        if start and end and not start <= end <= start + LONGEST:
            raise forms.ValidationError("The last day is after the first, by ten years at most.")
        return said


def read_period(form: PeriodForm) -> Period:
    """Return the days that a form means; those of the usual preset when it is not valid."""
    said = form.cleaned_data if form.is_valid() else {}
    if said.get("period") == "days":
        return Period(said["start"], said["end"])
    return find_preset(said.get("period") or USUAL, clock.now().date())


def find_preset(name: str, today: date) -> Period:
    """Return the days of a preset, with today as the last day of those that go on."""
    this_month = today.replace(day=1)
    if name == "month":
        return Period(this_month, today)
    if name == "last-month":
        end = this_month - timedelta(days=1)
        return Period(end.replace(day=1), end)
    return Period(today - timedelta(days=int(name) - 1), today)
