"""Finding the application that is paid for."""

from django.db.models import BooleanField, ExpressionWrapper, Q

from access.oauth.bearer_tokens import App
from customers.models import Application, ReviewStatus


def find_app(client_id: str) -> App | None:
    """Return the active application with this client id, or None."""
    row = (
        Application.objects.filter(client_id=client_id, is_active=True)
        .values_list(
            "id",
            "client_id",
            "organization_id",
            "first_party",
            "author_email",
            "products",
            "commission_percent",
            "return_origins",
            "prices_exclude_tax",
            ExpressionWrapper(Q(review_status=ReviewStatus.APPROVED), BooleanField()),
            "organization__public_id",
            "organization__license_id",
        )
        .first()
    )
    return row and App(*row)
