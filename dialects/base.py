"""What every dialect's views share: JSON always, one error table, answers for HEAD and OPTIONS."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

ErrorTable = Mapping[type[Exception], tuple[int, str]]
log = structlog.get_logger(__name__)


class FirstChoice(BaseContentNegotiation):
    """Answers in the dialect's own format whatever is asked for, and lets its one parser read everything."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        """Return the dialect's parser."""
        return next(iter(parsers), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """Return the dialect's renderer."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class DialectViewSet(ViewSet):
    """A door to the services; a subclass brings its error table and the shape of its errors."""

    content_negotiation_class = FirstChoice
    errors: ClassVar[ErrorTable]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate (not for OPTIONS) and refuse a body that is too large before anybody reads it."""
        super().initial(request, *args, **kwargs)
        if read_length(request._request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig

    def perform_authentication(self, request: Request) -> None:
        """Ask who is calling, except for OPTIONS, which tells nothing that is not public."""
        if request.method != "OPTIONS":
            super().perform_authentication(request)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Name the methods of this path."""
        return Response(status=200, headers={"Allow": ", ".join(self.allowed_methods)})

    def get_exception_handler(self) -> Any:
        """Answer from our table instead of the framework's."""
        return self._answer_error

    def render_error(self, status: int, kind: str, error: Exception) -> Response:
        """Return the error in the dialect's shape."""
        raise NotImplementedError

    def _answer_error(self, error: Exception, context: Any) -> Response:
        status, kind = next(self.errors[base] for base in type(error).__mro__ if base in self.errors)
        if status >= 500:
            log.exception("request failed", exc_info=error)
        return self.render_error(status, kind, error)


def read_length(request: HttpRequest) -> int:
    """Return the announced length of the body in bytes, 0 when there is none that makes sense."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
