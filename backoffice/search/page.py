"""The page of the search over everything."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from backoffice.search.finders import find_everything
from backoffice.search.terms import read_term

EXAMPLES = (
    ("An id, or its first characters", "01a2281a, evt_01a2281a, charge:01a2281a"),
    ("A person or an organisation", "ada@seller.example, acme, licence 1000012"),
    ("An app or a customer", "its name or client id, CU2Kf..., an e-mail"),
    ("An amount", "9.00, 900, 9,00 EUR"),
    ("What was sold, by the beginnings of words", "heatmap exp"),
    ("The last four digits of a card or account", "4242"),
    ("A day", "2026-11-12"),
    ("A number on a paper", "the number of an invoice or credit note"),
    ("A processor's name of something", "ch_3N..., the reference of a transfer, an attempt's key"),
    ("A request of a program", "its X-Request-ID, or the first 8 characters"),
)


def show_search(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show what a term finds among all that this person may see."""
    term = read_term(request.GET.get("q", ""))
    groups = list(find_everything(term, request.user))
    said = {"title": "Search", "term": term.text, "groups": groups, "examples": EXAMPLES}
    return TemplateResponse(request, "admin/search.html", {**context, **said})
