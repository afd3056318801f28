"""Which pages there are, in their order. What is not named here is not served."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from documentation.rendering import Rendered, render_page

FOLDER = settings.BASE_DIR / "docs"
ROOT = "/docs/"


@dataclass(frozen=True, slots=True)
class Page:
    """A guide by its file in docs/, without `.md`."""

    name: str
    section: str
    rendered: Rendered

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.rendered.title

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"{ROOT}{self.name}/"


SECTIONS: dict[str, tuple[str, ...]] = {
    "Guides": (
        "console",
        "first-hour",
        "first-month",
        "guides/oauth",
        "guides/statuses",
        "guides/test-cards",
        "guides/test-mode",
        "webhooks",
        "guides/errors",
        "guides/idempotency",
        "guides/python-client",
        "guides/mcp",
        "guides/conformance",
        "guides/going-live",
    ),
    "Dialects": ("dialects/text", "dialects/billy", "dialects/unibill"),
    "Moving here": ("guides/coming-from-billy", "dialects/billy-import", "guides/coming-from-unibill"),
}


def load_pages() -> dict[str, Page]:
    """Return every page by its name, in order."""
    return {page.name: page for page in _read_pages()}


def _read_pages() -> Iterator[Page]:
    served = {name for names in SECTIONS.values() for name in names}
    for section, names in SECTIONS.items():
        for name in names:
            text = (FOLDER / f"{name}.md").read_text()
            yield Page(name, section, render_page(text, name=name, served=served, root=ROOT))
