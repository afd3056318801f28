"""Tables of other rows on the page of the row that they belong to."""

from typing import Any

from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from unfold.admin import TabularInline


class ReadOnlyInline(TabularInline):
    """Rows of another table on the page of the one they belong to."""

    extra = 0
    show_change_link = False
    tab = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows come about by services only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows change by services only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes."""
        return False


class NewestFormSet(BaseInlineFormSet):
    """The newest rows and no more; a list shows all of them."""

    at_most = 24

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows to show."""
        if not hasattr(self, "_newest"):
            self._newest = super().get_queryset()[: self.at_most]
        return self._newest


class NewestInline(ReadOnlyInline):
    """The newest rows of many, newest first."""

    formset = NewestFormSet
    ordering = ("-pk",)
