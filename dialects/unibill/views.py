"""Base view of the UniBill dialect: authenticate, read, call one service, write."""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from access.idempotency import Reply, fingerprint_request, read_key, recall_reply, run_once
from charges.processor.card_tries import Origin
from core.client_address import read_client_address
from customers.models import Customer, ServiceUser
from dialects.base import DialectViewSet
from dialects.unibill.actions import CUSTOMERS, Resource
from dialects.unibill.authentication import BasicAuthentication, get_service_user
from dialects.unibill.errors import ERRORS, HEADERS, build_headers, describe_error, find_payment, make_error
from dialects.unibill.formats import RENDERERS, AskedFormat, PairsRenderer, choose_content_type
from dialects.unibill.forms import drop_secrets, translate_field
from dialects.unibill.openapi import ActionSchema
from dialects.unibill.parsers import Value, read_fields
from dialects.unibill.records import Record
from dialects.unibill.tenants import get_customer

REPLAYED = {"Idempotent-Replayed": "true"}
Prepared = TypeVar("Prepared")


class UniBillViewSet(DialectViewSet):
    """A resource. A subclass names it, the forms of its actions, and has a method for each that it serves.

    Such a method takes the request and the references in the path, finds what the client says in
    `self.wanted` (and as it was sent, without secrets, in `self.said`), and returns `Response(Record or
    Records)`. An action without a form does not look at what is sent; "modify" takes its form as
    optional throughout.
    """

    schema = ActionSchema()
    authentication_classes = [BasicAuthentication]
    content_negotiation_class = AskedFormat
    renderer_classes = RENDERERS
    errors = ERRORS
    resource: ClassVar[Resource]
    forms: ClassVar[Mapping[str, type[Serializer]]] = {}
    answers_pairs = False
    said: Mapping[str, Value] = {}
    wanted: Mapping[str, Any] = {}

    def get_renderers(self) -> list[BaseRenderer]:
        """Return JSON and XML, and for some actions also pairs."""
        return [*super().get_renderers(), *([PairsRenderer()] if self.answers_pairs else [])]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let service users in and read what they say. Raises whatever authenticating and reading raise."""
        super().initial(request, *args, **kwargs)
        if form := self._find_form():
            said = read_fields(request, self.resource.element, form().fields)
            read = form(data=said, partial=self.action == "modify")
            read.is_valid(raise_exception=True)
            self.said, self.wanted = drop_secrets(read, said), read.validated_data

    def options(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Name the methods of this path, in the Allow header that every answer has."""
        return HttpResponse()

    def name_caller(self) -> str:
        """Return the service user that limits count for."""
        return self.user.principal

    @cached_property
    def user(self) -> ServiceUser:
        """Who is calling."""
        return get_service_user(self.request)

    @cached_property
    def customer(self) -> Customer:
        """The customer in the path. Raises ObjectNotFound, AmbiguousCode, UnknownMerchant."""
        return get_customer(self.user, self.kwargs[CUSTOMERS.key], self.wanted.get("account_number"))

    @property
    def origin(self) -> Origin:
        """Who tries a card for this customer, for the limits of card testing."""
        return Origin(self.name_caller(), read_client_address(self.request), self.customer.pk)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Keep caches away: what a GET did once must not look done again."""
        return super().default_response_headers | HEADERS

    def answer_once(self, make: Callable[[], Record]) -> HttpResponse:
        """Answer with what `make` makes; under an Idempotency-Key it is made once and told again.

        `make` runs in a transaction then, so it must not call a gateway. Raises what run_once raises.
        """
        if not self._idempotency_key():
            return Response(make())
        reply = self._run_once(lambda: self._write(make()))
        return HttpResponse(reply.body, headers={**reply.headers, **(REPLAYED if reply.replayed else {})})

    def finish_once(self, begin: Callable[[], int], finish: Callable[[int], Record]) -> HttpResponse:
        """Create with `begin`, which returns a primary key, and render that row with `finish`.

        Under an Idempotency-Key `begin` runs once, in a transaction. `finish` runs outside of it and is
        repeated with every repetition, so it may call a gateway and must resume, not start again.
        """
        if not self._idempotency_key():
            return Response(finish(begin()))
        reply = self._run_once(lambda: Reply(200, str(begin()).encode()))
        return Response(finish(int(reply.body)), headers=REPLAYED if reply.replayed else {})

    def prepare_once(self, prepare: Callable[[], Prepared]) -> Prepared:
        """Return what `prepare` does, unless this was answered before: then it is not needed again.

        For calls to a gateway that come before the transaction of `answer_once` or `finish_once`.
        """
        if self._idempotency_key() and recall_reply(**self._identify()):
            return cast(Prepared, None)
        return prepare()

    def render_error(self, status: int, kind: str, error: Exception) -> Response:
        """Return the error as UniBill's clients read it, with UniBill's name of the field."""
        message, field = describe_error(error)
        if field is not None:
            field = translate_field(self._find_form(), field)
            message = f"{field} {message}"
        answer = make_error(kind, message, field, payment=find_payment(error))
        return Response(answer, status=status, headers=build_headers(status, error))

    def _find_form(self) -> type[Serializer] | None:
        return self.forms.get(self.action or "")

    def _idempotency_key(self) -> str | None:
        return read_key(self.request.META.get("HTTP_IDEMPOTENCY_KEY"))

    def _run_once(self, work: Callable[[], Reply]) -> Reply:
        return run_once(**self._identify(), work=work)

    def _identify(self) -> dict[str, str]:
        """Say what is asked by whom, in whatever format; of secrets not even a hash is kept."""
        action = f"{self.request.method} {self.resource.plural}/~{self.action}"
        return {
            "principal": self.user.principal,
            "route": action,
            "key": str(self._idempotency_key()),
            "fingerprint": fingerprint_request(method=action, path=json.dumps(self.kwargs), said=self.said),
        }

    def _write(self, record: Record) -> Reply:
        """Return a whole answer, so that it can be given again as it was."""
        renderer = self.request.accepted_renderer
        content: bytes = renderer.render(record)  # type: ignore[assignment]
        return Reply(200, content, {"Content-Type": choose_content_type(renderer)})
