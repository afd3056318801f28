"""What the search finds, and how it shows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documentation.search import (
    MAX_RESULTS,
    Section,
    find_terms,
    mark_terms,
    read_sections,
    read_terms,
    search_sections,
)

pytestmark = pytest.mark.rules

SECTIONS = [
    Section("Guides", "/a/#one", "Refunds & returns", "Money <b>goes</b> back to the payer."),
    Section("Guides", "/a/#two", "Zürich", "Größe, façade and naïve words. A key of the order."),
    Section("Other", "/b/#one", "Keys", "The order of keys; keys in order. " * 20),
]


def find(query):
    return [result.section.url for result in search_sections(SECTIONS, query)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("refund", ["/a/#one"]),
        ("REFUND", ["/a/#one"]),
        ("zürich", ["/a/#two"]),
        ("zurich", ["/a/#two"]),
        ("GRÖSSE", ["/a/#two"]),
        ("grösse", ["/a/#two"]),
        ("facade naive", ["/a/#two"]),
        ("order key", ["/b/#one", "/a/#two"]),
        ('"key of the order"', ["/a/#two"]),
        ('"order of keys"', ["/b/#one"]),
        ('"key  of  the"', ["/a/#two"]),
        ('"unfinished', []),
        ("<b>goes</b>", ["/a/#one"]),
        ("nonsense", []),
        ("refund zürich", []),
        ("", []),
        ('""', []),
        ('"', []),
        ("(.*[", []),
        ("\U0001f4b8", []),
    ],
)
def test_a_section_is_found_by_all_of_its_words(query, found):
    assert find(query) == found


def test_headings_come_first():
    assert find("keys")[0] == "/b/#one"


def test_what_is_found_is_marked_and_all_else_escaped():
    (result,) = search_sections(SECTIONS, "returns GOES")
    assert result.heading == "Refunds &amp; <mark>returns</mark>"
    assert result.snippet == "Money &lt;b&gt;<mark>goes</mark>&lt;/b&gt; back to the payer."


def test_a_snippet_is_cut_from_a_long_text():
    (result,) = search_sections([SECTIONS[2]], "keys")
    assert len(result.snippet) < 600
    assert result.snippet.endswith(" …")


def test_a_mark_covers_the_letters_as_they_were_written():
    assert mark_terms("Die Größe, die GRÖSSE", ["grosse"]) == (
        "Die <mark>Größe</mark>, die <mark>GRÖSSE</mark>"
    )


def test_no_more_than_a_page_is_shown():
    many = [Section("P", f"/{number}", "Key", "key") for number in range(100)]
    assert len(search_sections(many, "key")) == MAX_RESULTS


@given(st.text(max_size=120), st.text(max_size=100))
def test_no_text_and_no_query_is_a_fault_or_leaves_a_tag(text, query):
    marked = mark_terms(text, read_terms(query))
    assert "<" not in marked.replace("<mark>", "").replace("</mark>", "")
    assert marked.count("<mark>") == marked.count("</mark>")
    assert all(0 <= start < end <= len(text) for start, end in find_terms(text, read_terms(query)))


def test_a_page_is_taken_apart_by_its_headings():
    html = (
        '<h1 id="top">Top<a class="headerlink" href="#top">#</a></h1><p>One &lt; two</p>'
        '<h2 id="next">The <code>next</code></h2><table><tr><td>a</td><td>b</td></tr></table>'
    )
    assert [*read_sections(page="P", url="/p/", html=html)] == [
        Section("P", "/p/#top", "Top", "One < two"),
        Section("P", "/p/#next", "The next", "a b"),
    ]
