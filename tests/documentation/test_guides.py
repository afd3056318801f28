"""The guides at /docs/: each is served, leads to what is there, and nothing else is served."""

import re
from contextlib import closing
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from documentation.contents import FOLDER, SECTIONS
from documentation.site import REFERENCES, load_site

NAMES = [name for names in SECTIONS.values() for name in names]
PAGES = ["/docs/", "/docs/search/?q=key", *(f"/docs/{name}/" for name in [*NAMES, *REFERENCES])]
LINK = re.compile(r'<a [^>]*href="([^"]+)"')
ANCHOR = re.compile(r'\bid="([^"]+)"')
OWN_TAGS = re.compile(r"</?([a-z][\w-]*)")
KNOWN_TAGS = {
    "a",
    "code",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
}
KNOWN_TAGS |= {"img", "table", "tbody", "td", "th", "thead", "tr", "ul"}


def read(path):
    """A page as anybody gets it; no database is asked."""
    response = Client().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.fixture(scope="module")
def texts():
    return {path: read(path) for path in PAGES}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_served_without_a_log_in(texts, path):
    assert texts[path].count("<h1") == 1
    assert len(set(ANCHOR.findall(texts[path]))) == len(ANCHOR.findall(texts[path])), "an id twice"


def test_every_link_and_every_anchor_is_there(texts):
    texts = dict(texts)
    broken = []
    for page in list(texts):
        for link in LINK.findall(texts[page]):
            address = urlsplit(urljoin(page, link.replace("&amp;", "&")))
            if address.netloc or address.path in ("/", "/admin/"):
                continue
            path = address.path
            if path not in texts:
                texts[path] = read(path) if path.startswith("/docs/") else ""
            is_anchor = address.fragment and not address.fragment.startswith("/")
            if is_anchor and address.fragment not in ANCHOR.findall(texts[path]):
                broken.append((page, link))
    assert broken == []


def test_links_between_files_lead_to_pages():
    whole = "".join(page.rendered.html for page in load_site().pages.values())
    assert ".md" not in "".join(LINK.findall(whole))
    assert 'href="/docs/guides/idempotency/"' in whole
    assert 'href="/docs/dialects/text/#what-is-paid-for"' in whole


def test_a_link_to_a_file_that_is_not_served_is_text():
    webhooks = load_site().pages["webhooks"].rendered.html
    assert "decisions/0027" in (FOLDER / "webhooks.md").read_text()
    assert "<span>decision\n0027</span>" in webhooks


@pytest.mark.parametrize("name", NAMES)
def test_no_placeholder_was_taken_for_html(name):
    assert set(OWN_TAGS.findall(load_site().pages[name].rendered.html)) <= KNOWN_TAGS


@pytest.mark.parametrize("name", NAMES)
def test_every_heading_of_a_file_is_on_its_page(name):
    prose = re.sub(r"^```.*?^```", "", (FOLDER / f"{name}.md").read_text(), flags=re.M | re.S)
    headings = re.findall(r"^#{1,4} ", prose, flags=re.M)
    rendered = load_site().pages[name].rendered
    assert len(re.findall(r"<h[1-4] ", rendered.heading + rendered.html)) == len(headings)


def test_every_guide_in_the_folder_is_served():
    assert {f"guides/{path.stem}" for path in FOLDER.glob("guides/*.md")} <= set(NAMES)
    assert {f"dialects/{path.stem}" for path in FOLDER.glob("dialects/*.md")} <= set(NAMES)


def test_one_page_leads_to_the_next_and_back(texts):
    for before, after in pairwise(NAMES):
        assert f'<a class="after" href="/docs/{after}/" rel="next">' in texts[f"/docs/{before}/"]
        assert f'<a href="/docs/{before}/" rel="prev">' in texts[f"/docs/{after}/"]
    assert 'rel="prev"' not in texts[f"/docs/{NAMES[0]}/"]
    assert 'rel="next"' not in texts[f"/docs/{NAMES[-1]}/"]


@pytest.mark.parametrize(
    "path",
    [
        "/docs/../billing_site/settings.py",
        "/docs/../README/",
        "/docs/%2e%2e/README/",
        "/docs/..%2fREADME/",
        "/docs/guides/../../README/",
        "/docs/guides%2f..%2f..%2fREADME/",
        "/docs//etc/passwd/",
        "/docs/guides\\..\\README/",
        "/docs/operations/",
        "/docs/decisions/0027-webhooks/",
        "/docs/webhooks.md",
        "/docs/webhooks.md/",
        "/docs/guides/oauth//",
        "/docs/guides/",
        "/docs/nothing/",
        "/docs/nothing",
        "/docs/" + "x" * 3_000 + "/",
        "/docs/ümläut/",
    ],
)
def test_what_is_not_a_page_is_404(path):
    response = Client().get(path)
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


@pytest.mark.parametrize("name", ["guides/oauth", "webhooks", "text"])
def test_without_its_slash_a_page_leads_to_itself(name):
    response = Client().get(f"/docs/{name}")
    assert (response.status_code, response.headers["Location"]) == (301, f"/docs/{name}/")


@pytest.mark.parametrize("path", [*PAGES, "/docs/billy/openapi.json", "/docs/oauth2-redirect.html"])
def test_caches_may_keep_a_page_and_ask_whether_it_is_the_same(path):
    first = Client().get(path)
    assert set(first.headers["Cache-Control"].split(", ")) == {"max-age=300", "public"}
    assert "Cookie" not in first.headers.get("Vary", "")
    assert not first.cookies
    again = Client().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", [*PAGES, "/docs/oauth2-redirect.html"])
def test_a_page_loads_nothing_from_elsewhere_and_has_no_script_in_itself(path, db):
    response = Client().get(path)
    text = response.content.decode()
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|<style|\sstyle=", text)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy + ";"
    assert "frame-ancestors 'none'" in policy
    for source in re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', text):
        assert source.startswith(("/static/", "/docs/images/"))
        with closing(Client().get(source)) as answer:
            assert answer.status_code == 200, source


def test_whoever_has_a_client_of_text_is_told_that_it_works_unchanged(texts):
    assert "lc-sdk-python" in texts["/docs/dialects/text/"]


def test_pictures_are_served_and_nothing_else_of_their_folder(texts):
    assert 'src="/docs/images/console-test-buyer.png"' in texts["/docs/guides/test-mode/"]
    answer = Client().get("/docs/images/console-home.png")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    for name in ("nothing.png", "console-home", "../console.png", "%2e%2e/console.md", "console-home.png/"):
        assert Client().get(f"/docs/images/{name}").status_code == 404, name


@pytest.mark.parametrize("path", ["/docs/", "/docs/guides/oauth/", "/docs/search/", "/docs/text/"])
def test_pages_are_only_read(path):
    assert Client().head(path).status_code == 200
    assert [Client().generic(method, path).status_code for method in ("POST", "PUT", "DELETE")] == [405] * 3


def test_a_person_who_is_logged_in_gets_the_same_page(client, django_user_model, db):
    client.force_login(django_user_model.objects.create_user("somebody"))
    assert client.get("/docs/").content == Client().get("/docs/").content
