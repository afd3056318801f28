"""Ways of showing a value: money, instants in the reader's time zone, states as badges, links."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import get_current_timezone

from core.billy_guids import CUSTOMER, write_guid
from core.money import Money

Column = Callable[[Any, Any], Any]
SHORT_ID = 13  # Of a UUID: the millisecond in which it was made.


def money(name: str, title: str) -> Column:
    """Show a field of cents with the row's currency."""

    @figure(title)
    def column(_: Any, row: Any) -> str:
        return keep_together(str(Money(getattr(row, name), row.currency)))

    return column


def figure(title: str) -> Callable[[Column], Column]:
    """Return what makes a function a column of money, with which a list begins."""

    def mark(column: Column) -> Column:
        column.is_figure = True  # type: ignore[attr-defined]
        return admin.display(column, description=title)

    return mark


def instant(name: str, title: str) -> Column:
    """Show an instant to the second, with the name of the reader's time zone; in lists to the minute."""

    @admin.display(description=title)
    def column(_: Any, row: Any) -> str | None:
        written = write_instant(getattr(row, name))
        return written and keep_together(written)

    in_list(column)(moment(name, title))
    return column


def in_list(column: Any) -> Callable[[Column], Column]:
    """Return what makes another column the one that lists show in the place of a column."""

    def mark(shown: Column) -> Column:
        column.in_list = admin.display(shown, description=column.short_description)
        return shown

    return mark


def moment(name: str, title: str) -> Column:
    """Show an instant to the minute; all of it is a hint."""

    @admin.display(description=title)
    def column(_: Any, row: Any) -> str | None:
        value = getattr(row, name)
        if value is None:
            return None
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            value.isoformat(),
            write_instant(value),
            write_moment(value),
        )

    column.__name__ = name  # By which a list tells its columns apart.
    return column


def write_instant(value: datetime | None) -> str | None:
    """Return an instant in the reader's time zone, with its name.

    None stays None, which the admin shows as a dash.
    """
    return None if value is None else f"{value.astimezone(get_current_timezone()):%Y-%m-%d %H:%M:%S %Z}"


def write_moment(value: datetime | None) -> str:
    """Return an instant to the minute in the reader's zone, such as 4 Dec 2026, 13:05; nothing for none."""
    return f"{write_day(value)}, {value.astimezone(get_current_timezone()):%H:%M}" if value else ""


def write_day(value: datetime | None) -> str:
    """Return the day of an instant in the reader's time zone, such as 4 Dec 2026; nothing for none."""
    if value is None:
        return ""
    local = value.astimezone(get_current_timezone())
    return f"{local.day} {local:%b %Y}"


def brief_id(name: str = "public_id") -> Column:
    """Show the beginning of an id, by which the search finds the row, and all of it as a hint."""

    @admin.display(description="id")
    def column(_: Any, row: Any) -> str:
        written = str(getattr(row, name))
        return draw_id(written, written[:SHORT_ID])

    return column


def draw_id(whole: str, shown: str) -> str:
    """Return a part of an id, with all of it as a hint."""
    return format_html('<code class="short-id" title="{}">{}</code>', whole, shown)


def write_failure(message: str, code: str) -> str | None:
    """Return why it failed in words, with the gateway's code behind; None when it did not."""
    return f"{message} ({code})" if message and code else message or code or None


def badge(name: str, title: str, colours: Mapping[Any, str]) -> Column:
    """Show a state as a coloured badge with its words."""

    @admin.display(description=title)
    def column(_: Any, row: Any) -> str:
        return draw_badge(getattr(row, f"get_{name}_display")(), colours.get(getattr(row, name), ""))

    return column


def mode(is_test: Callable[[Any], bool]) -> Column:
    """Show whether a row is test or live money."""

    @admin.display(description="mode")
    def column(_: Any, row: Any) -> str:
        return draw_badge("Test", "warning") if is_test(row) else draw_badge("Live", "success")

    return column


def draw_badge(text: str, colour: str = "") -> str:
    """Return unfold's badge: info, success, warning, danger, or grey."""
    return render_to_string("unfold/helpers/label.html", {"text": text, "type": colour})


def draw_lines(lines: Iterable[str]) -> str:
    """Return lines one below the other."""
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines))


def draw_list(items: Iterable[str]) -> str:
    """Return items, which may be links, as a list."""
    return format_html_join("", "<p>{}</p>", ((item,) for item in items))


def keep_together(text: str) -> str:
    """Return text that is not broken into lines."""
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def link(name: str, title: str) -> Column:
    """Show a related row as a link to its page."""

    @admin.display(description=title)
    def column(_: Any, row: Any) -> str | None:
        return link_to(getattr(row, name))

    return column


def payer(title: str) -> Column:
    """Link to the buyer organisation, or to the customer by the id that its merchant knows."""

    @admin.display(description=title)
    def column(_: Any, row: Any) -> str | None:
        if row.customer is None:
            return link_to(row.buyer)
        return link_to(row.customer, write_guid(CUSTOMER, row.customer.public_id))

    return column


def billy_id(kind: str) -> Column:
    """Show the id under which clients of the Billy dialect know a row."""

    @admin.display(description="Billy guid")
    def column(_: Any, row: Any) -> str:
        return write_guid(kind, row.public_id)

    return column


def link_to(row: Model | None, text: str = "") -> str | None:
    """Return a link to the page of a row."""
    if row is None:
        return None
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a class="text-primary-600 underline" href="{}">{}</a>', address, text or str(row))


def link_to_list(model: type[Model], text: str, **filters: Any) -> str:
    """Return a link to the list of a model, filtered."""
    address = reverse(
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", query=filters or None
    )
    return format_html('<a class="text-primary-600 underline" href="{}">{}</a>', address, text)
