"""docs/who-may-what.md says what the tables say."""

from django.conf import settings

from tests.who_may_what.page import write_page


def test_the_page_is_made_from_the_tables():
    kept = (settings.BASE_DIR / "docs" / "who-may-what.md").read_text()
    assert kept == "\n".join(write_page()) + "\n", (
        "run `python -m tests.who_may_what.page > docs/who-may-what.md`"
    )
