"""Render a page of the console with its frame: navigation, mode, and what the reader has just done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from console.navigation import list_links
from console.page_access import Member


def render_console(
    request: HttpRequest,
    member: Member,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Return the page `templates/console/<template>.html`; its context has `member` and `links`."""
    frame = {"member": member, "links": list_links(request, member)}
    return render(request, f"console/{template}.html", frame | (context or {}), status=status)


def tell(request: HttpRequest, words: str) -> None:
    """Show a sentence at the top of the next page: what was just done."""
    messages.success(request, words)
