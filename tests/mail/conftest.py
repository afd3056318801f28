"""What the tests of mails stand on: one sender, so that mails go out in the order in which they were made."""

import pytest


@pytest.fixture(autouse=True)
def _one_sender(settings) -> None:
    settings.MAILS_AT_ONCE = 1
    settings.DEFAULT_FROM_EMAIL = "billing@marketplace.example"
