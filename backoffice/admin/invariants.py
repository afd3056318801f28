"""Admin page of what is looked at each minute."""

from django.contrib import admin

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
