"""Finding who reads and, from a link, what they want to see."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, QueryDict

from charges.consent import Decider
from core.client_address import read_client_address
from customers.models import Account


def find_account(user: User | AnonymousUser) -> Account | None:
    """Return the account of a logged-in user, which came along with the user; staff have none."""
    return getattr(user, "account", None)


def find_decider(request: HttpRequest, account: Account) -> Decider:
    """Return who decides with this request: the account that is logged in, in person."""
    return Decider.on_page(
        account,
        ip=read_client_address(request) or None,
        user_agent=request.headers.get("User-Agent", ""),
    )


def read_public_id(query: QueryDict) -> UUID | None:
    """Return the id from a link, or None when it cannot be one."""
    return read_uuid(query.get("id", ""))


def read_uuid(text: str) -> UUID | None:
    """Return an id as links have it, in small or capital letters, or None when it cannot be one."""
    try:
        public_id = UUID(text)
    except ValueError:
        return None
    return public_id if str(public_id) == text.lower() else None
