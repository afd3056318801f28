"""What the admin's log says of a form: each changed field with its old and its new value, but no secret."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model

SECRETS = {"password", "password1", "password2", "new_secret"}


def describe_changes(form: forms.BaseForm, *, is_new: bool) -> str:
    """Return one line for a form that was valid; of a new row it says the values alone."""
    parts = (_describe_field(form, name, is_new=is_new) for name in form.changed_data)
    return "; ".join(dict.fromkeys(parts)) or "No field changed."


def _describe_field(form: forms.BaseForm, name: str, *, is_new: bool) -> str:
    if name in SECRETS:
        return "new secret made" if name == "new_secret" else "password set"
    if isinstance(form.fields[name], forms.FileField):
        return f"{form.fields[name].label}: another one".lower()
    label = (form.fields[name].label or name).lower()
    old, new = form.initial.get(name), form.cleaned_data.get(name)
    if isinstance(form.fields[name], forms.ModelMultipleChoiceField):
        return f"{label}: {_describe_sets(old or [], new or [])}"
    return f"{label}: {_write(new)}" if is_new else f"{label}: {_write(old)} -> {_write(new)}"


def _describe_sets(old: Iterable[Model], new: Iterable[Model]) -> str:
    before, after = {str(row) for row in old}, {str(row) for row in new}
    given, taken = sorted(after - before), sorted(before - after)
    return ", ".join([*(f"given {name}" for name in given), *(f"taken {name}" for name in taken)])


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value in (None, "") else str(value)
