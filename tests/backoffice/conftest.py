"""Who looks at the admin."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.cookies import SimpleCookie

import pytest
from django.test import Client

from core import clock
from operations.factories import UserFactory
from tests.charges.conftest import processor as processor
from tests.module_rows import rows_where_possible
from tests.payouts.conftest import _schemas_are_read_once as _schemas_are_read_once

AFTER_ALL_STORIES = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _staff_of_module(request: pytest.FixtureRequest) -> Iterator[SimpleCookie | None]:
    with rows_where_possible(request, "staff", log_in_staff) as cookies:
        yield cookies


@pytest.fixture
def staff(_staff_of_module: SimpleCookie | None, db: None) -> Client:
    """A browser in which a superuser is logged in, however far a test travels: the session lasts 12 hours."""
    client = Client()
    client.cookies.update(_staff_of_module or log_in_staff())
    return client


def log_in_staff() -> SimpleCookie:
    user = UserFactory(username="root", superuser=True)
    client = Client()
    with clock.travel_to(AFTER_ALL_STORIES):
        client.force_login(user)
    return client.cookies
