"""The OpenAPI description of the dialect, made of its table of actions, its forms and its answers.

Nothing here runs when a request is answered.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import singledispatch
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import Field, Serializer

from dialects.openapi import KEY_SCHEMA, DialectSchema, Schema
from dialects.unibill import forms
from dialects.unibill.actions import ACTIONS, Action, Resource
from dialects.unibill.openapi_schemas import ANSWERS, one_of
from subscriptions.lifecycle.limits import MAX_LENGTH

TYPES = {"json": "application/json", "xml": "application/xml", "xurl": "application/x-www-form-urlencoded"}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    KEY_SCHEMA,
    OpenApiParameter.HEADER,
    description="Makes a repetition harmless for 30 days: it gets the same answer.",
)
LIMITS = ("minimum", "maximum")
NOTHING: Schema = {"type": "string", "enum": [""], "description": "Counts as not sent."}
UNKNOWN = "It is not known yet whether money moved; look for `gatewayTransactionId` later."


class ServiceUserScheme(OpenApiAuthenticationExtension):
    """HTTP Basic of a service user."""

    target_class = "dialects.unibill.authentication.BasicAuthentication"
    name = "serviceUser"

    def get_security_definition(self, auto_schema: Any) -> Schema:
        """Return how a service user identifies itself."""
        return {
            "type": "http",
            "scheme": "basic",
            "description": "The name of a service user, which begins with api-, and its password.",
        }


class ActionSchema(DialectSchema):
    """Describes an action of the table."""

    @property
    def action(self) -> Action:
        """The row of the table that the view is about to do."""
        rows = (row for row in ACTIONS if row.resource == self.view.resource)
        return next(row for row in rows if row.name == self.view.action)

    def get_operation_id(self) -> str:
        """Return the resource and the action."""
        return f"{self.action.resource.plural}_{self.action.name}".replace("-", "_")

    def get_tags(self) -> list[str]:
        """Return the resource."""
        return [self.action.resource.plural]

    def get_override_parameters(self) -> list[Any]:
        """Return what is in the path, in the query of what reads, and the header that repeats safely."""
        form = self.view.forms.get(self.action.name)
        parameters: list[Any] = [*_list_path_parameters(self.action)]
        if form and self.action.method == "GET":
            parameters += _list_query_parameters(form)
        if not self.action.reads and self.action.name != "modify":
            parameters.append(IDEMPOTENCY_KEY)
        return parameters

    def get_request_serializer(self) -> Any:
        """Return what the action may be told, in which formats."""
        form = self.view.forms.get(self.action.name)
        if form is None or self.action.method == "GET":
            return None
        element = self.action.resource.element
        name = build_schema_name(element, self.action.name)
        schema = _describe_form(element, form, is_whole=self.action.name != "modify")
        return dict.fromkeys(TYPES.values(), self.refer(name, schema))

    def get_response_serializers(self) -> Any:
        """Return the answers of the action, in which formats."""
        for element, fields in ANSWERS.items():
            self.refer(build_schema_name(element), _make_object(element, fields))
        resource, answer = self.action.resource, _refer(build_schema_name(self.action.resource.element))
        if self.action.name == "find":
            answer = {"type": "array", "items": answer, "xml": {"name": resource.plural, "wrapped": True}}
        answers = {"200": OpenApiResponse(answer, "Done.")}
        if self.action.name in ("process", "reverse"):
            answers["202"] = OpenApiResponse(_refer("Error"), UNKNOWN)
        answers["default"] = OpenApiResponse(_refer("Error"), "Refused: failureCode says why.")
        kinds = [kind for kind in TYPES.values() if kind != TYPES["xurl"] or self.action.changes_by_get]
        return {(status, kind): answer for status, answer in answers.items() for kind in kinds}


def build_schema_name(element: str, action: str = "") -> str:
    """Return the name of what is answered, or of what an action is told: PaymentOptionCreate."""
    return element.title().replace("-", "") + action.title()


def describe_integer(lowest: int, highest: int) -> Schema:
    """Return the schema of an integer, quoted or not; of a quoted one it limits the digits only."""
    first = "[1-9]" if lowest > 0 else "-?[0-9]" if lowest < 0 else "[0-9]"
    return {
        "type": ["integer", "string"],
        "pattern": f"^{first}[0-9]{{0,{len(str(highest)) - 1}}}$",
        "minimum": lowest,
        "maximum": highest,
    }


@singledispatch
def describe_field(field: Field) -> Schema:
    """Return the schema of a field of a form."""
    raise TypeError(field)


@describe_field.register
def _(field: forms.StrictIntegerField) -> Schema:
    return describe_integer(field.min_value, field.max_value)


@describe_field.register
def _(field: forms.LengthField) -> Schema:
    return describe_integer(1, MAX_LENGTH)


@describe_field.register
def _(field: forms.StrictFlagField) -> Schema:
    return {"anyOf": [{"type": "boolean"}, one_of(forms.FLAGS), {"type": "integer", "enum": [0, 1]}]}


@describe_field.register
def _(field: forms.StrictDateField) -> Schema:
    years = "(19|2[0-9])[0-9]{2}"
    return {"type": "string", "format": "date", "pattern": f"^{years}-[0-9]{{2}}-[0-9]{{2}}$"}


@describe_field.register
def _describe_text(field: forms.StrictTextField) -> Schema:
    schema: Schema = {"type": "string", "maxLength": field.max_length}
    if field.pattern:
        return schema | {"pattern": f"^(?:{field.pattern}){'' if field.required else '?'}$"}
    return schema | ({"minLength": 1, "pattern": r"\S"} if field.required else {})


@describe_field.register
def _(field: forms.SecretField) -> Schema:
    return _describe_text(field) | {"format": "password", "writeOnly": True}


@describe_field.register
def _(field: forms.WordField) -> Schema:
    return one_of(field.words)


@describe_field.register
def _(field: forms.UnsupportedField) -> Schema:
    nothing = [one_of(["", "0"]), {"type": "integer", "enum": [0]}]
    return {"anyOf": nothing, "deprecated": True, "description": "Not supported: leave it out."}


def _describe_form(element: str, form: type[Serializer], *, is_whole: bool) -> Schema:
    fields = form().fields
    schema = _make_object(element, {name: _describe_optional(field) for name, field in fields.items()})
    required = [name for name, field in fields.items() if field.required and is_whole]
    return schema | {"additionalProperties": True} | ({"required": required} if required else {})


def _describe_optional(field: Field, change: Callable[[Schema], Schema] = dict) -> Schema:
    """Return the schema of a field, changed; where the field is not required, an empty value is allowed."""
    schema = change(describe_field(field))
    allows_nothing = isinstance(field, forms.StrictTextField | forms.UnsupportedField)
    return schema if field.required or allows_nothing else {"anyOf": [schema, NOTHING]}


def _make_object(element: str, fields: Mapping[str, Schema]) -> Schema:
    properties = {
        name: schema if "$ref" in schema else schema | {"xml": {"attribute": True}}
        for name, schema in fields.items()
    }
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "xml": {"name": element},
    }


def _list_query_parameters(form: type[Serializer]) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(name, _describe_optional(field, _drop_quotes), required=field.required)
        for name, field in form().fields.items()
    ]


def _list_path_parameters(action: Action) -> Iterable[OpenApiParameter]:
    resource: Resource | None = action.resource if action.on == "one" else action.resource.within
    while resource is not None:
        yield OpenApiParameter(
            resource.key,
            str,
            OpenApiParameter.PATH,
            description="Its id, its code, or its code after a star.",
        )
        resource = resource.within


def _drop_quotes(schema: Schema) -> Schema:
    """Return the schema of a value in a query, where everything is text and a number needs no quotes."""
    is_quoted = schema.get("type") == ["integer", "string"]
    return {"type": "integer"} | {name: schema[name] for name in LIMITS} if is_quoted else schema


def _refer(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
