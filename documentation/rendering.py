"""Markdown of a guide as HTML with anchors, whose links lead to pages of this site."""

import posixpath
import re
from collections.abc import Callable, Collection
from html import unescape
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor

PUNCTUATION = re.compile(r"[^\w\- ]")
FOREIGN = re.compile(r"[a-z]+:|#|/")


class Heading(NamedTuple):
    """A heading of the second level."""

    anchor: str
    text: str


class Rendered(NamedTuple):
    """A page: its first heading as text and as HTML, what follows, and the headings in that."""

    title: str
    heading: SafeString
    html: SafeString
    headings: list[Heading]


def render_page(text: str, *, name: str, served: Collection[str], root: str) -> Rendered:
    """Return a page; `served` are the names of all pages, to which relative links may lead.

    The text is one of our files: what it has of HTML is kept.
    """
    links = SiteLinks(name=name, served=served, root=root)
    extensions: list[Extension | str] = ["tables", "fenced_code", "sane_lists", "toc", links, RoomForWide()]
    options = {"toc": {"slugify": slugify, "permalink": "#", "permalink_title": "Link to this section"}}
    markdown: Any = Markdown(extensions=extensions, extension_configs=options)
    heading, end, html = markdown.convert(text).partition("</h1>")
    title, *_ = markdown.toc_tokens
    headings = [Heading(each["id"], unescape(each["name"])) for each in title["children"]]
    return Rendered(unescape(title["name"]), mark_safe(heading + end), mark_safe(html), headings)


def slugify(text: str, separator: str) -> str:
    """Return the anchor of a heading as GitHub makes it, where the same pages are read."""
    return PUNCTUATION.sub("", text.lower()).replace(" ", separator)


class Change(Treeprocessor):
    """Changes elements of a page."""

    def __init__(self, change: Callable[[Element], None]) -> None:
        super().__init__()
        self.change = change

    def run(self, root: Element) -> None:
        """Change the whole tree."""
        self.change(root)


class SiteLinks(Extension):
    """Leads links between files to the pages of the site; one to a file that is not served becomes text."""

    def __init__(self, *, name: str, served: Collection[str], root: str) -> None:
        super().__init__()
        self.folder, self.served, self.root = posixpath.dirname(name), served, root

    def extendMarkdown(self, md: Markdown) -> None:
        """Register with the library, after it has found the links."""
        md.treeprocessors.register(Change(self.lead_links), "site_links", 4)

    def lead_links(self, tree: Element) -> None:
        """Rewrite the links of a page, and where its pictures are."""
        for link in [*tree.iter("a")]:
            address = link.get("href", "")
            if FOREIGN.match(address):
                continue
            target = self.find_page(address)
            if target is None:
                link.tag = "span"
                link.attrib.clear()
            else:
                link.set("href", target)

        for image in tree.iter("img"):
            image.set("src", self.root + self._join(image.get("src", "")))

    def _join(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self.folder, path))

    def find_page(self, address: str) -> str | None:
        """Return where a relative link leads on the site, None for a file that is not served."""
        path, hash_mark, anchor = address.partition("#")
        name = self._join(path).removesuffix(".md")
        return f"{self.root}{name}/{hash_mark}{anchor}" if name in self.served else None


class RoomForWide(Extension):
    """Lets tables and code that are too wide for a small screen be scrolled, by keys as well."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register with the library; code blocks are put in last."""
        md.treeprocessors.register(Change(wrap_tables), "room_for_wide", 3)
        md.postprocessors.register(CodeInReach(md), "code_in_reach", 0)


class CodeInReach(Postprocessor):
    """Gives each block of code a place in the order of the tabulator key."""

    def run(self, text: str) -> str:
        """Return the page."""
        return text.replace("<pre>", '<pre tabindex="0">')


def wrap_tables(tree: Element) -> None:
    """Put each table into a box that scrolls; a heading without words is an ordinary cell."""
    tables = 0
    for parent in [*tree.iter()]:
        for place, child in enumerate(parent):
            if child.tag == "table":
                tables += 1
                parent[place] = wrap_table(child, f"Table {tables}")
    for heading in [*tree.iter("th")]:
        if not "".join(heading.itertext()).strip():
            heading.tag = "td"


def wrap_table(table: Element, name: str) -> Element:
    """Return a box with a table."""
    box = Element("div", {"class": "wide", "role": "region", "aria-label": name, "tabindex": "0"})
    box.tail, table.tail = table.tail, None
    box.append(table)
    return box
