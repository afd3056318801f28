"""Search over the headings and paragraphs of all pages; no database, the index is a list in memory."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html.parser import HTMLParser
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

MAX_QUERY = 100  # Characters.
MAX_RESULTS = 20
BEFORE, AFTER = 60, 180  # Characters of a snippet around the first find.
TERM = re.compile(r'"([^"]+)"|([^\s"]+)')
HEADINGS = ("h1", "h2", "h3", "h4")


@dataclass(frozen=True)
class Section:
    """What stands below one heading."""

    page: str
    url: str
    heading: str
    text: str

    @cached_property
    def folded_heading(self) -> str:
        """Page and heading as they are compared."""
        return fold(f"{self.page} {self.heading}")

    @cached_property
    def folded_text(self) -> str:
        """The text as it is compared."""
        return fold(self.text)


class Result(NamedTuple):
    """A section that has all that was looked for."""

    section: Section
    heading: SafeString
    snippet: SafeString


class SectionReader(HTMLParser):
    """Takes a page apart by its headings."""

    def __init__(self) -> None:
        super().__init__()
        self.sections: list[tuple[str, list[str], list[str]]] = []
        self.is_heading = self.is_anchor = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begin a section at a heading; the sign that links to it is no text."""
        values = dict(attributes)
        if tag in HEADINGS:
            self.sections.append((values.get("id") or "", [], []))
            self.is_heading = True
        self.is_anchor = values.get("class") == "headerlink"

    def handle_endtag(self, tag: str) -> None:
        """End a heading, or keep words of neighbouring blocks apart."""
        self.is_heading = self.is_heading and tag not in HEADINGS
        self.is_anchor = False
        if self.sections and tag in ("p", "li", "td", "th", "pre"):
            self.sections[-1][2].append(" ")

    def handle_data(self, text: str) -> None:
        """Keep text with its heading."""
        if self.sections and not self.is_anchor:
            _, heading, body = self.sections[-1]
            (heading if self.is_heading else body).append(text)


def read_sections(*, page: str, url: str, html: str) -> Iterator[Section]:
    """Return the sections of a page."""
    reader = SectionReader()
    reader.feed(html)
    for anchor, heading, text in reader.sections:
        yield Section(page, f"{url}#{anchor}", "".join(heading), " ".join("".join(text).split()))


def search_sections(sections: Iterable[Section], query: str) -> list[Result]:
    """Return the sections in which each term occurs, best first: in the heading, else the earlier page."""
    terms = read_terms(query)
    if not terms:
        return []
    found = [(rank, section) for section in sections if (rank := rank_section(section, terms)) is not None]
    best = sorted(found, key=lambda pair: pair[0])[:MAX_RESULTS]
    return [
        Result(section, mark_terms(section.heading, terms), make_snippet(section.text, terms))
        for _, section in best
    ]


def read_terms(query: str) -> list[str]:
    """Return the words of a query; what stands in quotes is one term."""
    folded = (fold(phrase or word) for phrase, word in TERM.findall(query))
    return [term for each in folded if (term := " ".join(each.split()))]


def rank_section(section: Section, terms: list[str]) -> int | None:
    """Return how many terms are not in the heading, None if one is nowhere."""
    heading, text = section.folded_heading, section.folded_text
    if not all(term in heading or term in text for term in terms):
        return None
    return sum(term not in heading for term in terms)


def fold(text: str) -> str:
    """Return text without case and accents."""
    return "".join(map(fold_letter, text))


@lru_cache(maxsize=4096)
def fold_letter(letter: str) -> str:
    """Return a letter without case and accents."""
    bare = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in bare if not unicodedata.combining(part)).casefold()


def make_snippet(text: str, terms: list[str]) -> SafeString:
    """Return the text around the first term, marked."""
    first = min((start for start, _ in find_terms(text, terms)), default=0)
    start, end = max(0, first - BEFORE), min(len(text), first + AFTER)
    start = text.find(" ", start - 1, first) + 1 if start else 0
    end = max(text.rfind(" ", first, end), first) if end < len(text) else end
    words = mark_terms(text[start:end], terms)
    return mark_safe(f"{'… ' if start else ''}{words}{' …' if end < len(text) else ''}")


def mark_terms(text: str, terms: list[str]) -> SafeString:
    """Return escaped text in which the terms are marked."""
    pieces, done = [], 0
    for start, end in sorted(find_terms(text, terms)):
        if start >= done:
            pieces += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
            done = end
    return mark_safe("".join([*pieces, escape(text[done:])]))


def find_terms(text: str, terms: list[str]) -> Iterator[tuple[int, int]]:
    """Return where terms begin and end; a folded letter may be longer or shorter than it was."""
    places = [place for place, letter in enumerate(text) for _ in fold_letter(letter)]
    folded = fold(text)
    for term in terms:
        for match in re.finditer(re.escape(term), folded):
            yield places[match.start()], places[match.end() - 1] + 1
