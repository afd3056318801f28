"""The OpenAPI 3.1 description of the dialect, made of its table of actions, its forms and its answers.

Nothing here runs when a request is answered.
"""

from collections.abc import Iterable, Mapping
from functools import singledispatch
from typing import Any

from django.conf import settings
from rest_framework.serializers import Field, Serializer

from dialects.unibill import forms
from dialects.unibill.actions import ACTIONS, Action, Resource
from dialects.unibill.openapi_schemas import ANSWERS, Schema, one_of
from dialects.unibill.urls import VIEWSETS
from dialects.unibill.views import UniBillViewSet
from subscriptions.lifecycle.limits import MAX_LENGTH

TYPES = {"json": "application/json", "xml": "application/xml", "xurl": "application/x-www-form-urlencoded"}
BASE = "/api/v01/"
IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": 255},
    "description": "Makes a repetition harmless for 30 days: it gets the same answer.",
}
INTRODUCTION = (
    "Customers, payment options, plans, subscriptions, transactions and allocations as programs written for"
    " UniPay's Billing API call them. Each action is named at the end of its path; create, find, load and"
    " modify also work by their methods alone. Bodies may be JSON, XML or URL-encoded pairs, and every field"
    " may be in the query instead."
)
UNKNOWN = "It is not known yet whether money moved; look for `gatewayTransactionId` later."


def describe() -> dict[str, Any]:
    """Return the document."""
    viewsets = {viewset.resource: viewset for viewset in VIEWSETS}
    paths: dict[str, Any] = {}
    for action in ACTIONS:
        operations = paths.setdefault(write_path(action), {})
        operations[action.method.lower()] = describe_action(action, viewsets[action.resource])
    return {
        "openapi": "3.1.0",
        "info": {"title": "Billing: the UniBill dialect", "version": "v01", "description": INTRODUCTION},
        "servers": [{"url": settings.BASE_URL}],
        "security": [{"serviceUser": []}],
        "tags": [{"name": viewset.resource.plural} for viewset in VIEWSETS],
        "paths": paths,
        "components": {
            "schemas": {**describe_forms(), **describe_answers()},
            "securitySchemes": {
                "serviceUser": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "The name of a service user, which begins with api-, and its password.",
                }
            },
        },
    }


def write_path(action: Action) -> str:
    """Return the path of an action as OpenAPI writes it."""
    return f"{BASE}{_write_resource(action.resource, action.on)}/~{action.name}"


def build_schema_name(element: str, action: str = "") -> str:
    """Return the name of what is answered, or of what an action is told: PaymentOptionCreate."""
    return element.title().replace("-", "") + action.title()


def describe_action(action: Action, viewset: type[UniBillViewSet]) -> dict[str, Any]:
    """Return what there is to say about an action."""
    form = viewset.forms.get(action.name)
    said = describe_body(action) if form and action.method != "GET" else {}
    parameters = list(_list_path_parameters(action))
    if form and action.method == "GET":
        parameters += _list_query_parameters(form)
    if not action.reads and action.name != "modify":
        parameters.append(IDEMPOTENCY_KEY)
    return {
        "operationId": f"{action.resource.plural}_{action.name}".replace("-", "_"),
        "summary": (getattr(viewset, action.name).__doc__ or "").strip(),
        "tags": [action.resource.plural],
        "parameters": parameters,
        **said,
        "responses": describe_responses(action),
    }


def describe_body(action: Action) -> dict[str, Any]:
    """Return what an action may be told, in which formats."""
    reference = _refer(build_schema_name(action.resource.element, action.name))
    return {"requestBody": {"content": {kind: {"schema": reference} for kind in TYPES.values()}}}


def describe_responses(action: Action) -> dict[str, Any]:
    """Return the answers of an action."""
    answer = _refer(build_schema_name(action.resource.element))
    if action.name == "find":
        answer = {"type": "array", "items": answer, "xml": {"name": action.resource.plural, "wrapped": True}}
    kinds = [kind for kind in TYPES.values() if kind != TYPES["xurl"] or action.changes_by_get]
    responses = {
        "200": {"description": "Done.", "content": {kind: {"schema": answer} for kind in kinds}},
        "default": _describe_error("Refused: failureCode says why.", kinds),
    }
    if action.name in ("process", "reverse"):
        responses["202"] = _describe_error(UNKNOWN, kinds)
    return responses


def describe_answers() -> dict[str, Schema]:
    """Return the schema of each object; a field without a value is left out."""
    return {build_schema_name(element): _make_object(element, fields) for element, fields in ANSWERS.items()}


def describe_forms() -> dict[str, Schema]:
    """Return the schema of what each action may be told in a body."""
    return {
        build_schema_name(viewset.resource.element, action.name): _describe_form(
            viewset.resource.element, viewset.forms[action.name], is_whole=action.name != "modify"
        )
        for viewset in VIEWSETS
        for action in ACTIONS
        if action.resource == viewset.resource and action.method != "GET" and action.name in viewset.forms
    }


def describe_integer(lowest: int, highest: int) -> Schema:
    """Return the schema of an integer, quoted or not."""
    return {
        "type": ["integer", "string"],
        "pattern": "^-?[0-9]+$",
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
    return {"enum": [True, False, *forms.FLAGS]}


@describe_field.register
def _(field: forms.StrictDateField) -> Schema:
    return {"type": "string", "format": "date"}


@describe_field.register
def _(field: forms.StrictTextField) -> Schema:
    pattern = {"pattern": f"^(?:{field.pattern})?$"} if field.pattern else {}
    return {"type": "string", "maxLength": field.max_length, **pattern}


@describe_field.register
def _(field: forms.SecretField) -> Schema:
    return {"type": "string", "maxLength": field.max_length, "format": "password", "writeOnly": True}


@describe_field.register
def _(field: forms.WordField) -> Schema:
    return one_of(field.words)


@describe_field.register
def _(field: forms.UnsupportedField) -> Schema:
    return {"enum": ["", "0", 0], "deprecated": True, "description": "Not supported: leave it out."}


def _describe_form(element: str, form: type[Serializer], *, is_whole: bool) -> Schema:
    fields = form().fields
    schema = _make_object(element, {name: describe_field(field) for name, field in fields.items()})
    required = [name for name, field in fields.items() if field.required and is_whole]
    return schema | {"additionalProperties": True} | ({"required": required} if required else {})


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


def _list_query_parameters(form: type[Serializer]) -> list[Schema]:
    return [
        {"name": name, "in": "query", "required": field.required, "schema": describe_field(field)}
        for name, field in form().fields.items()
    ]


def _list_path_parameters(action: Action) -> Iterable[Schema]:
    resource: Resource | None = action.resource if action.on == "one" else action.resource.within
    while resource is not None:
        yield {
            "name": resource.key,
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "description": "Its id, its code, or its code after a star.",
        }
        resource = resource.within


def _write_resource(resource: Resource, on: str) -> str:
    before = f"{_write_resource(resource.within, 'one')}/" if resource.within else ""
    return before + resource.plural + (f"/{{{resource.key}}}" if on == "one" else "")


def _describe_error(description: str, kinds: Iterable[str]) -> Schema:
    return {
        "description": description,
        "content": {kind: {"schema": _refer("Error")} for kind in kinds},
    }


def _refer(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
