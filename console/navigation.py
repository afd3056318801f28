"""The navigation of the console: an entry is shown once its page exists, to members who may open it."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from console.page_access import Member
from customers.models import Role

BILLING, DEVELOPER = Role.BILLING, Role.DEVELOPER


@dataclass(frozen=True, slots=True)
class Entry:
    """A section of the console, by the name of its first page and the roles that may open it."""

    title: str
    url_name: str
    roles: tuple[Role, ...] = (BILLING, DEVELOPER)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as a page shows it."""

    title: str
    url: str
    is_current: bool


ENTRIES = (
    Entry("Home", "console"),
    Entry("Applications", "console_applications"),
    Entry("Charges", "console_charges"),
    Entry("Subscriptions", "console_subscriptions"),
    Entry("Customers", "console_customers"),
    Entry("Events", "console_events"),
    Entry("Test buyers", "console_test_buyers", (DEVELOPER,)),
    Entry("Deliveries", "console_deliveries", (DEVELOPER,)),
    Entry("Requests", "console_requests", (DEVELOPER,)),
    Entry("Money", "console_money", (BILLING,)),
    Entry("Members", "console_members"),
)


def list_links(request: HttpRequest, member: Member) -> list[Link]:
    """Return the entries that this member may open, and mark that of the page that is read."""
    home = reverse("console")
    links = []
    for entry in ENTRIES:
        url = _find_url(entry.url_name)
        if url is None or not member.has(*entry.roles):
            continue
        is_current = request.path == url if url == home else request.path.startswith(url)
        links.append(Link(entry.title, url, is_current))
    return links


def _find_url(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
