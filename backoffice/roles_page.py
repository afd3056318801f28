"""The page that says in words what each role of staff may do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from backoffice.roles import explain_roles


def link_to_roles() -> str:
    """Return the help text of a choice of roles."""
    text = 'What each may do: <a class="text-primary-600 underline" href="{}">Roles of staff</a>.'
    return format_html(text, reverse("admin:roles"))


def show_roles(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the roles; everybody of the staff may know who may do what."""
    roles, sections = explain_roles()
    said = {"title": "Roles of staff", "roles": roles, "sections": sections}
    return TemplateResponse(request, "admin/roles.html", context | said)
