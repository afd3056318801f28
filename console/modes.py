"""Test or live mode of the console, kept in the session."""

from django.http import HttpRequest

from customers.models import Application, ReviewStatus

KEY = "console_livemode"


def read_livemode(request: HttpRequest, organization_id: int) -> bool:
    """Say whether live things are shown: as was chosen, else live once an application is approved."""
    chosen = request.session.get(KEY)
    return has_approved_application(organization_id) if chosen is None else bool(chosen)


def choose_livemode(request: HttpRequest, *, livemode: bool) -> None:
    """Keep the choice for this session."""
    request.session[KEY] = livemode


def has_approved_application(organization_id: int) -> bool:
    """Say whether the organisation may sell for real money."""
    approved = Application.objects.filter(organization=organization_id, review_status=ReviewStatus.APPROVED)
    return approved.exists()
