"""The site as one object: pages, references, navigation and search index, built once in each process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from dialects.billy import documentation as billy
from dialects.openapi import Schema
from dialects.text import documentation as text
from dialects.unibill import documentation as unibill
from documentation.contents import ROOT, SECTIONS, Page, load_pages
from documentation.search import Section, read_sections


@dataclass(frozen=True)
class Reference:
    """The API of one dialect as its OpenAPI document has it."""

    name: str
    title: str
    describe: Callable[[], Schema]

    @property
    def url(self) -> str:
        """Where its page is."""
        return f"{ROOT}{self.name}/"

    @cached_property
    def document(self) -> Schema:
        """The OpenAPI document, built once."""
        return self.describe()

    @property
    def operations(self) -> Iterator[tuple[str, str, Schema]]:
        """Method, path and description of each operation."""
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), path, operation


REFERENCES = {
    reference.name: reference
    for reference in (
        Reference("text", "Text reference", text.describe),
        Reference("billy", "Billy reference", billy.describe),
        Reference("unibill", "UniBill reference", unibill.describe),
    )
}


@dataclass(frozen=True)
class Site:
    """All pages in their order."""

    pages: dict[str, Page]

    @property
    def sections(self) -> list[tuple[str, list[Page] | list[Reference]]]:
        """Headings of the navigation with their pages."""
        guides: list[tuple[str, list[Page] | list[Reference]]] = [
            (title, [self.pages[name] for name in names]) for title, names in SECTIONS.items()
        ]
        return [*guides, ("API references", [*REFERENCES.values()])]

    def find_neighbours(self, page: Page) -> tuple[Page | None, Page | None]:
        """Return the pages before and after one."""
        pages = [*self.pages.values()]
        place = pages.index(page)
        before = pages[place - 1] if place else None
        return before, pages[place + 1] if place + 1 < len(pages) else None

    @cached_property
    def index(self) -> list[Section]:
        """What is searched: the sections of the guides, then the operations of the references."""
        return [*self._index_pages(), *self._index_operations()]

    def _index_pages(self) -> Iterator[Section]:
        for page in self.pages.values():
            html = page.rendered.heading + page.rendered.html
            yield from read_sections(page=page.title, url=page.url, html=html)

    def _index_operations(self) -> Iterator[Section]:
        for reference in REFERENCES.values():
            for method, path, operation in reference.operations:
                url = f"{reference.url}#/{operation['tags'][0]}/{operation['operationId']}"
                text = f"{method} {path} {operation.get('description', '')}"
                yield Section(reference.title, url, operation["summary"], text)


@cache
def load_site() -> Site:
    """Return the site; the first request of a process builds it."""
    return Site(load_pages())
