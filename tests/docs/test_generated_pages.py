"""Pages that are made from the models agree with the models."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

PAGES = [("describe_triggers", "triggers.md"), ("draw_models", "models.md")]


@pytest.mark.parametrize(("command", "page"), PAGES)
def test_a_generated_page_is_what_its_command_prints(command, page):
    printed = StringIO()
    call_command(command, stdout=printed)
    kept = (settings.BASE_DIR / "docs" / page).read_text()
    assert printed.getvalue() == kept, f"run `manage.py {command} > docs/{page}`"
