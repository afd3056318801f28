"""The OpenAPI document of a dialect, made by drf-spectacular of the dialect's own paths and views."""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.hooks import postprocess_schema_enums
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from access.idempotency import BARE, MAX_KEY, QUOTED

Schema = dict[str, Any]
Endpoint = tuple[Any, ...]
# A key that is quoted may be longer by the quotes.
KEY_SCHEMA: Schema = {
    "type": "string",
    "pattern": f"^(?:{BARE.pattern}|{QUOTED.pattern})$",
    "maxLength": MAX_KEY + 2,
}
FORM = "application/x-www-form-urlencoded"
FIRST_CLAUSE = re.compile(r".+?(?=[.:;](?:\s|\Z)|\n|\Z)")


class DialectSchema(AutoSchema):
    """Describes an action; its summary is how its description begins."""

    view: Any

    def get_summary(self) -> str:
        """Return the first clause of the description."""
        match = FIRST_CLAUSE.match(self.get_description())
        return match[0] if match else ""

    def refer(self, name: str, schema: Schema) -> Schema:
        """Return a reference to a named schema, which is added to the document."""
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, object=name, schema=schema)
        self.registry.register_on_missing(component)
        reference: Schema = component.ref
        return reference


class DocumentGenerator(SchemaGenerator):
    """Makes one document; `names_choices` has each list of choices described once, under a name."""

    names_choices: bool = False


def build_document(
    *, patterns: Iterable[Any], title: str, version: str, description: str, names_choices: bool = False
) -> Schema:
    """Return the document of these paths."""
    generator = DocumentGenerator(patterns=list(patterns))
    generator.names_choices = names_choices
    document: Schema = generator.get_schema(public=True)
    document["info"] = {"title": title, "version": version, "description": description}
    document["servers"] = [{"url": settings.BASE_URL}]
    return document


def drop_slashes(endpoints: list[Endpoint], **kwargs: object) -> list[Endpoint]:
    """Leave out the paths that end in a slash: they are the same ones again."""
    return [endpoint for endpoint in endpoints if not endpoint[0].endswith("/")]


def name_choices(result: Schema, generator: Any, **kwargs: Any) -> Schema:
    """Describe each list of choices once, where the document wants it."""
    if not generator.names_choices:
        return result
    named: Schema = postprocess_schema_enums(result, generator, **kwargs)
    return named


def describe_bodies(result: Schema, generator: Any, **kwargs: Any) -> Schema:
    """Say of each body that it is required where a field of it is, and tell forms apart from JSON.

    Generated clients look at the type of what they are given to know how it is sent: a form has a schema of
    its own where JSON has the same one. A form has no null.
    """
    schemas = result.get("components", {}).get("schemas", {})
    for operation in (each for methods in result["paths"].values() for each in methods.values()):
        taken: set[str] = set()
        body = operation.get("requestBody", {})
        for kind, media in body.get("content", {}).items():
            name = media["schema"].get("$ref", "").rpartition("/")[2]
            if schemas.get(name, {}).get("required"):
                body["required"] = True
            if name in taken and kind == FORM:
                schemas[f"{name}AsForm"] = _write_as_form(schemas[name])
                media["schema"] = {"$ref": f"#/components/schemas/{name}AsForm"}
            taken.add(name)
    return result


def _write_as_form(schema: Schema) -> Schema:
    fields = schema.get("properties", {}).items()
    return schema | {"properties": {name: _drop_null(field) for name, field in fields}}


def _drop_null(schema: Schema) -> Schema:
    kinds = schema.get("type")
    if not isinstance(kinds, list) or "null" not in kinds:
        return schema
    others = [kind for kind in kinds if kind != "null"]
    return schema | {"type": others[0] if len(others) == 1 else others}
