"""Who looks at the admin."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from core import clock
from operations.factories import UserFactory
from tests.charges.conftest import processor as processor
from tests.payouts.conftest import _schemas_are_read_once as _schemas_are_read_once

AFTER_ALL_STORIES = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def staff(db):
    """A browser in which a superuser is logged in, however far a test travels: the session lasts 12 hours."""
    user = UserFactory(username="root", superuser=True)
    client = Client()
    with clock.travel_to(AFTER_ALL_STORIES):
        client.force_login(user)
    return client
