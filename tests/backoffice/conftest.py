"""Who looks at the admin."""

import pytest
from django.test import Client

from operations.factories import UserFactory


@pytest.fixture
def staff(db):
    """A browser in which a superuser is logged in."""
    user = UserFactory(username="root", superuser=True)
    client = Client()
    client.force_login(user)
    return client
