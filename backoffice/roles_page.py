"""The page that says in words what each role of staff may do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from backoffice.roles import explain_roles


def show_roles(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the roles; everybody of the staff may know who may do what."""
    roles, sections = explain_roles()
    said = {"title": "Roles of staff", "roles": roles, "sections": sections}
    return TemplateResponse(request, "admin/roles.html", context | said)
