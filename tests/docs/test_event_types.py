"""The documentation lists every type of event, with when it is written."""

import pytest
from django.conf import settings

from events.types import EventType

PAGE = (settings.BASE_DIR / "docs" / "webhooks.md").read_text()


@pytest.mark.parametrize("kind", list(EventType))
def test_every_type_of_event_is_in_the_documentation(kind):
    assert f"| `{kind.value}` | {kind.label} |" in PAGE
