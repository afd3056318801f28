"""Find applications of the reader's organisation; those of others are unknown."""

from django.http import QueryDict

from console.errors import ConsolePageNotFound
from console.page_access import Member
from customers.models import Application

SHOWN = 100


def find_application(member: Member, client_id: str) -> Application:
    """Return the application that an address names. Raises ConsolePageNotFound."""
    found = Application.objects.filter(organization=member.organization, client_id=client_id).first()
    if found is None:
        raise ConsolePageNotFound
    return found


def list_applications(member: Member) -> list[Application]:
    """Return the applications of the organisation, the newest first, a hundred at most."""
    return list(Application.objects.filter(organization=member.organization).order_by("-pk")[:SHOWN])


def read_chosen_application(query: QueryDict, member: Member) -> Application | None:
    """Return the application that a list is narrowed to by `?app=<client id>`, None for all.

    Raises ConsolePageNotFound for one that the organisation does not have.
    """
    client_id = query.get("app", "")
    return find_application(member, client_id) if client_id else None
