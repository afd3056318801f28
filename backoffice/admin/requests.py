"""Admin page of the request log: what programs asked for, found by X-Request-ID."""

from django.contrib import admin
from django.db.models import Model, Q

from backoffice.admin.base import ReadOnlyAdmin
from backoffice.columns import draw_badge, instant, link_to
from customers.models import Application, Merchant, Organization, ServiceUser
from request_log.models import REFUSED_FROM, LoggedRequest

FAULTS_FROM = 500


@admin.register(LoggedRequest)
class LoggedRequestAdmin(ReadOnlyAdmin):
    """What was asked, by whom, and how it ended; what was sent beside the path is not kept."""

    came = instant("created_at", "answered")
    list_display = ("came", "method", "path", "outcome", "took", "request_id")
    search_fields = ("request_id",)
    search_help_text = "X-Request-ID"
    fieldsets = (
        (None, {"fields": (("method", "path"), ("outcome", "took"), "refusal", ("came", "request_id"))}),
        ("Who asked", {"fields": (("seller", "application"), ("merchant", "service_user"))}),
    )

    def find(self, term: str) -> Q:
        """Find by the header that every answer has."""
        return Q(request_id=term)

    @admin.display(description="status")
    def outcome(self, row: LoggedRequest) -> str:
        """Show the status, refusals and faults in colour."""
        colour = "danger" if row.status >= FAULTS_FROM else "warning" if row.status >= REFUSED_FROM else ""
        return draw_badge(str(row.status), colour)

    @admin.display(description="took")
    def took(self, row: LoggedRequest) -> str:
        """Show how long it took."""
        return f"{row.duration_ms} ms"

    @admin.display(description="seller")
    def seller(self, row: LoggedRequest) -> str | None:
        """Link to the organisation."""
        return _link_to(Organization, row.organization_id)

    @admin.display(description="application")
    def application(self, row: LoggedRequest) -> str | None:
        """Link to the application."""
        return _link_to(Application, row.application_id)

    @admin.display(description="merchant")
    def merchant(self, row: LoggedRequest) -> str | None:
        """Link to the merchant."""
        return _link_to(Merchant, row.merchant_id)

    @admin.display(description="service user")
    def service_user(self, row: LoggedRequest) -> str | None:
        """Link to the service user."""
        return _link_to(ServiceUser, row.service_user_id)


def _link_to(model: type[Model], pk: int | None) -> str | None:
    """Return a link to a row that is referred to without a foreign key, if it is still there."""
    return None if pk is None else link_to(model._default_manager.filter(pk=pk).first())
