"""Base of every dialect's views: error table, HEAD and OPTIONS, idempotent requests."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import Any, ClassVar, TypedDict

from django.http import HttpRequest, HttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import ViewSet

from access.idempotency import Reply, fingerprint_request, read_key, recall_reply, run_once
from charges.processor.in_flight import hold_place
from dialects.refusal_texts import write_refusal
from dialects.throttling import ProcessorThrottle

ErrorTable = Mapping[type[Exception], tuple[int, str]]


class Asked(TypedDict):
    """What identifies a request with an Idempotency-Key."""

    principal: str
    route: str
    key: str
    fingerprint: str


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
    processor_actions: ClassVar[frozenset[str]] = frozenset()  # Actions that wait for the processor.

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer the request and give back what `initial` has taken for it."""
        with ExitStack() as self.taken:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the caller in and take a place if the action waits for the processor. Raises ProcessorBusy."""
        super().initial(request, *args, **kwargs)
        if self.action in self.processor_actions:
            self.taken.enter_context(hold_place(caller=self.name_caller()))

    def get_throttles(self) -> list[BaseThrottle]:
        """Count the requests of a caller that wait for the processor."""
        return [ProcessorThrottle()] if self.action in self.processor_actions else []

    def name_caller(self) -> str:
        """Return the caller that limits count for."""
        raise NotImplementedError

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

    def render_error(self, status: int, kind: str, error: Exception) -> HttpResponse:
        """Return the error in the dialect's shape."""
        raise NotImplementedError

    def _answer_error(self, error: Exception, context: Any) -> HttpResponse | None:
        for base in type(error).__mro__:
            if base in self.errors:
                self.request._request.refusal = write_refusal(error)  # type: ignore[attr-defined]
                return self.render_error(*self.errors[base], error)
        return None  # Not a refusal but a fault of ours, which is logged and answered where all are.


def answer_once(
    request: Request,
    work: Callable[[], Reply],
    *,
    principal: str,
    path: str,
    said: Mapping[str, Any],
    content_type: str = "application/json",
    prepare: Callable[[], None] | None = None,
) -> HttpResponse:
    """Answer a POST; under an Idempotency-Key its work is done once and what it answered is told again.

    `path` and `said`, the fields as the dialect reads them, tell requests apart. `prepare` comes before the
    transaction of `work`, unless this was answered before.
    """
    key = read_key(request.META.get("HTTP_IDEMPOTENCY_KEY"))
    if key is None:
        if prepare is not None:
            prepare()
        reply = work()
    else:
        asked: Asked = {
            "principal": principal,
            "route": f"POST {path}",
            "key": key,
            "fingerprint": fingerprint_request(method="POST", path=path, said=said),
        }
        if prepare is not None and not recall_reply(**asked):
            prepare()
        reply = run_once(**asked, work=work)
    headers = {"Idempotent-Replayed": "true"} if reply.replayed else {}
    return HttpResponse(reply.body, status=reply.status, content_type=content_type, headers=headers)
