"""The OpenAPI description of the dialect, made of its views, forms and shapes.

Nothing here runs when a request is answered.
"""

from collections.abc import Iterator
from functools import singledispatch
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest, OpenApiResponse

from core.base58 import ALPHABET
from dialects.billy import examples, fields
from dialects.billy.errors import write_refusal
from dialects.billy.forms import PageForm
from dialects.billy.parameters import FORM
from dialects.billy.refusal_examples import Refusal, list_refusals
from dialects.billy.shapes import LISTS, SHAPES
from dialects.openapi import KEY_SCHEMA, DialectSchema, Schema

JSON = "application/json"
REFUSED = {"text/html": True, "text/plain": False}  # Whether it is a page.
IDEMPOTENCY_KEY = [
    OpenApiParameter(
        "Idempotency-Key",
        KEY_SCHEMA,
        OpenApiParameter.HEADER,
        description="Makes a repetition harmless for 30 days: it has the same answer and no second effect.",
    ),
    OpenApiParameter(
        "Idempotent-Replayed",
        str,
        OpenApiParameter.HEADER,
        response=[200],
        description="`true` when this answer was given before.",
    ),
]
RETRY_AFTER = OpenApiParameter(
    "Retry-After", int, OpenApiParameter.HEADER, response=[409, 429], description="Seconds to wait."
)


class KeyScheme(OpenApiAuthenticationExtension):
    """An API key as the user name of HTTP Basic."""

    target_class = "dialects.billy.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> Schema:
        """Return how a company identifies itself."""
        return {
            "type": "http",
            "scheme": "basic",
            "description": "The API key is the user name; the password does not matter.",
        }


class FieldDescription(OpenApiSerializerFieldExtension):
    """A parameter of a form."""

    target_class = "dialects.billy.fields.Field"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Schema:
        """Return what the parameter may be."""
        return describe_field(self.target)


class AliasDescription(OpenApiSerializerExtension):
    """A form some of whose parameters have a second name."""

    target_class = "dialects.billy.aliases.AliasedForm"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Schema:
        """Return the parameters by both names."""
        schema: Schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        for alias, name in self.target.aliases.items():
            later = {"deprecated": True, "description": f"What a later Billy called {name}."}
            schema["properties"][alias] = schema["properties"][name] | later
        return schema


class RecordSchema(DialectSchema):
    """Describes an action on one kind of record."""

    @property
    def kind(self) -> str:
        """The kind of record."""
        return str(self.view.kind.name)

    @property
    def is_one(self) -> bool:
        """Whether a record is in the path."""
        return "{guid}" in self.path

    @property
    def is_page(self) -> bool:
        """Whether a list is answered."""
        return self.view.action in ("list", *LISTS)

    @property
    def is_repeatable(self) -> bool:
        """Whether an Idempotency-Key counts."""
        return self.method == "POST" and bool(self.view.authentication_classes)

    def get_operation_id(self) -> str:
        """Return the resource and the action."""
        return f"{self.kind}_{self.view.action}"

    def get_tags(self) -> list[str]:
        """Return the resource, which is the first part of the path behind the version."""
        return [self.path.split("/")[2]]

    def get_description(self) -> str:  # type: ignore[override]  # As in the library.
        """Return what the action does."""
        return f"Show one {self.kind}." if self.view.action == "retrieve" else super().get_description()

    def get_override_parameters(self) -> list[Any]:
        """Return what is in the path, the part of a list, and the header that repeats safely."""
        parameters: list[Any] = [self._describe_guid()] if self.is_one else []
        if self.is_page:
            parameters.append(PageForm)
        parameters += IDEMPOTENCY_KEY if self.is_repeatable else []
        return [*parameters, RETRY_AFTER]

    def get_request_serializer(self) -> Any:
        """Return the form of the action; that multipart is read too gives a generated client nothing."""
        form = self.view.forms.get(self.view.action)
        if form is None:
            return None
        value = examples.REQUESTS[self.kind, self.view.action]
        shown = [OpenApiExample(self.kind, value, request_only=True)] if value else []
        return {FORM: OpenApiRequest(form, examples=shown)}

    def get_response_serializers(self) -> Any:
        """Return the answer and each refusal, which is a page or plain text."""
        answers: dict[tuple[int, str], OpenApiResponse] = {(200, JSON): self._describe_answer()}
        refusals: dict[int, list[Refusal]] = {}
        for refusal in self._list_refusals():
            refusals.setdefault(refusal.status, []).append(refusal)
        for status in sorted(refusals):
            for kind, as_page in REFUSED.items():
                shown = [*_show_refusals(refusals[status], as_page=as_page)]
                phrase = HTTPStatus(status).phrase
                answers[status, kind] = OpenApiResponse({"type": "string"}, phrase, examples=shown)
        return answers

    def _list_refusals(self) -> Iterator[Refusal]:
        return list_refusals(
            kind=self.kind,
            action=self.view.action,
            has_key=bool(self.view.authentication_classes),
            on_one=self.is_one,
            is_page=self.is_page,
            is_post=self.method == "POST" and self.view.action != "stub",
        )

    def _describe_answer(self) -> OpenApiResponse:
        if self.view.action == "stub":
            return OpenApiResponse({"type": "null"}, "Null.")
        if self.is_page:
            listed = self.kind + "s" if self.view.action == "list" else self.view.action
            shape, value = LISTS[listed], examples.show_page(listed.removesuffix("s"))
        else:
            shape, value = SHAPES[self.kind], examples.show_record(self.kind, self.view.action)
        shown = OpenApiExample(self.kind, value, response_only=True)
        return OpenApiResponse(shape, "Done.", examples=[shown])

    def _describe_guid(self) -> OpenApiParameter:
        prefix = self.view.kind.prefix
        schema = {"type": "string", "pattern": f"^{prefix}[{ALPHABET}]+$"}
        says = f"The guid of the {self.kind}. Anything else is answered 404."
        return OpenApiParameter("guid", schema, OpenApiParameter.PATH, description=says)


@singledispatch
def describe_field(field: fields.Field) -> Schema:
    """Return the schema of a parameter."""
    raise TypeError(field)


@describe_field.register
def _describe_text(field: fields.StrictTextField) -> Schema:
    return {"type": "string"} | ({"maxLength": field.max_length} if field.max_length else {})


@describe_field.register
def _(field: fields.StrictRequiredTextField) -> Schema:
    return _describe_text(field) | {"minLength": 1, "pattern": r"\S"}


@describe_field.register
def _(field: fields.StrictNumberField) -> Schema:
    most = {} if field.maximum is None else {"maximum": field.maximum}
    usual = {} if field.fallback is None else {"default": field.fallback}
    return {"type": "integer", "minimum": field.minimum} | most | usual


@describe_field.register
def _(field: fields.StrictChoiceField) -> Schema:
    return {"type": "string", "enum": [str(choice) for choice in field.choices]}


@describe_field.register
def _(field: fields.PresenceField) -> Schema:
    return {"type": "string", "description": "Set by naming it, whatever its value: `0` sets it too."}


@describe_field.register
def _(field: fields.RecordField) -> Schema:
    return {
        "type": "string",
        "pattern": f"^{field.kind.prefix}",
        "description": f"A {field.kind.name}'s guid.",
    }


@describe_field.register
def _(field: fields.StartField) -> Schema:
    return {"type": "string", "description": "UTC, not in the past; at once without it. Send a `Z`."}


def _show_refusals(refusals: list[Refusal], *, as_page: bool) -> Iterator[OpenApiExample]:
    for refusal in refusals:
        text = write_refusal(refusal.status, refusal.detail, as_page=as_page)
        yield OpenApiExample(refusal.name, text, response_only=True)
