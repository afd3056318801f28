"""Admin page of what is looked at each minute."""

from django.contrib import admin
from django.db.models import Q

from backoffice.admin.base import ReadOnlyAdmin
from backoffice.columns import instant
from operations.models import InvariantLook


@admin.register(InvariantLook)
class InvariantLookAdmin(ReadOnlyAdmin):
    """Each invariant with what the last look found."""

    list_display = ("invariant", "sentence", "broken_rows", "since_when", "last_look")
    since_when = instant("broken_since", "broken since")
    last_look = instant("looked_at", "last look")
    ordering = ("-broken_rows",)
    fields = (("invariant", "broken_rows"), "sentence", ("since_when", "last_look"))
    readonly_fields = ("since_when", "last_look")

    def find(self, term: str) -> Q:
        """Find by the name of the invariant."""
        return Q(invariant__iexact=term)
