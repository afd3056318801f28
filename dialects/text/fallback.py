"""Answers in the dialect's shape where no view of it was reached."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from rest_framework.request import Request

from dialects.text.errors import TextViewSet

API_PATHS = ("/v1/", "/v2/", "/v3/")


class UnknownPathViewSet(TextViewSet):
    """Every path below a version that is not one of ours."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse, whatever the method. Raises Http404."""
        raise Http404("There is no such path.")

    def refuse(self, request: Request) -> None:
        """Never reached; a viewset needs an action."""


def answer_bad_request() -> HttpResponse:
    """Answer what was refused before a view was found."""
    return _answer(400, "validation", "The request cannot be read.")


def answer_server_error() -> HttpResponse:
    """Answer what failed outside of a view."""
    return _answer(500, "internal", "Something went wrong on our side.")


def _answer(status: int, kind: str, message: str) -> JsonResponse:
    return JsonResponse({"error": {"type": kind, "message": message, "details": {}}}, status=status)
