"""What the tests of mails stand on: one sender, so that mails go out in the order in which they were made."""

import pytest

from tests.mail.smtp_server import serving


@pytest.fixture(autouse=True)
def _one_sender(settings) -> None:
    settings.MAILS_AT_ONCE = 1
    settings.DEFAULT_FROM_EMAIL = "billing@marketplace.example"


@pytest.fixture
def server(settings):
    """A mail server of the test's own."""
    with serving() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 0.3
        yield running
