"""Base view of the Billy dialect: check the key, read parameters, call one service, render."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from access.idempotency import Reply
from customers.models import Merchant
from dialects.base import DialectViewSet, answer_once
from dialects.billy.authentication import KeyAuthentication, get_merchant
from dialects.billy.errors import ERRORS, build_headers, describe_error, refuse
from dialects.billy.forms import PageForm
from dialects.billy.openapi import RecordSchema
from dialects.billy.parameters import read_parameters
from dialects.billy.records import RecordKind, get_own
from dialects.billy.rendering import JSON, render_json, render_record


@csrf_exempt
def not_found(request: HttpRequest) -> HttpResponse:
    """404: no such path, whoever asks."""
    return refuse(request, 404, request.path)


def answer(content: object) -> HttpResponse:
    """Return 200 with JSON."""
    return HttpResponse(render_json(content), content_type=JSON)


class BillyViewSet(DialectViewSet):
    """A view that needs a key; a subclass says which kind of record it is about."""

    schema = RecordSchema()
    errors = ERRORS
    authentication_classes = [KeyAuthentication]
    action_map: dict[str, str]
    kind: ClassVar[RecordKind]
    forms: ClassVar[Mapping[str, type[Serializer]]] = {}  # Of the actions that read more than a page.

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Which methods a path has is not told."""
        return {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in who has a key; a method that is not for this path is like a path that is not there.

        Raises InvalidApiKey, Http404.
        """
        if str(request.method).lower() not in self.action_map:
            raise Http404(request.path)
        super().initial(request, *args, **kwargs)

    def retrieve(self, request: Request, guid: str) -> HttpResponse:
        """Show one record of the company."""
        return answer(render_record(self.kind, self.get_own(guid)))

    def render_error(self, status: int, kind: str, error: Exception) -> HttpResponse:
        """Return the error with Billy's words for it, or its own."""
        detail = kind.format(**self.kwargs) if kind else describe_error(error)
        return refuse(self.request, status, detail, **build_headers(error))

    def name_caller(self) -> str:
        """Return the company that limits count for."""
        return f"merchant:{self.merchant.public_id}"

    @property
    def merchant(self) -> Merchant:
        """Whom the view is working for."""
        return get_merchant(self.request)

    def read(self) -> dict[str, Any]:
        """Return the parameters of the action. Raises ValidationError with all that is wrong."""
        filled = self.forms.get(self.action, PageForm)(data=read_parameters(self.request))
        filled.is_valid(raise_exception=True)
        return dict(filled.validated_data)

    def get_own(self, guid: str, kind: RecordKind | None = None) -> Any:
        """Return a record of the company. Raises NoSuchRecord, NotYourRecord."""
        return get_own(kind or self.kind, guid, self.merchant)

    def answer_list(self, find: Callable[[], QuerySet[Any]], kind: RecordKind | None = None) -> HttpResponse:
        """Return a page of what `find` finds, newest first; the page is read before anything is looked for.

        Only ids are skipped over, then the rows of the page are fetched.
        """
        page, kind = self.read(), kind or self.kind
        found = find().filter(kind.shown).order_by("-pk")
        ids = found.values("pk")[page["offset"] : page["offset"] + page["limit"]]
        rows = kind.rows().filter(pk__in=ids).order_by("-pk")
        return answer({"items": [render_record(kind, row) for row in rows], **page})

    def make_once(
        self,
        make: Callable[[], Any],
        *,
        prepare: Callable[[], None] | None = None,
        afterwards: Callable[[int], None] | None = None,
    ) -> HttpResponse:
        """Show the record that `make` makes; under an Idempotency-Key it is made once and shown again.

        `prepare` is called before one is made; `afterwards` gets its number, once it is committed.
        """
        made: list[int] = []

        def work() -> Reply:
            row = make()
            made.append(row.pk)
            return Reply(200, render_json(render_record(self.kind, row)))

        response = answer_once(
            self.request,
            work,
            principal=self.name_caller(),
            path=self.request.path.rstrip("/"),
            said=read_parameters(self.request),
            content_type=JSON,
            prepare=prepare,
        )
        if afterwards is not None:
            for number in made:
                afterwards(number)
        return response
