"""The OpenAPI document of the UniBill dialect."""

from django.urls import path

from dialects.openapi import Schema, build_document
from dialects.unibill.actions import ACTIONS, Action, Resource
from dialects.unibill.urls import VIEWSETS

BASE = "api/v01/"
INTRODUCTION = (
    "Customers, payment options, plans, subscriptions, transactions and allocations as programs written for"
    " UniPay's Billing API call them. Each action is named at the end of its path; create, find, load and"
    " modify also work by their methods alone. Bodies may be JSON, XML or URL-encoded pairs, and every field"
    " may be in the query instead."
)


def describe() -> Schema:
    """Return the document: each action under its name, once."""
    viewsets = {viewset.resource: viewset for viewset in VIEWSETS}
    document = build_document(
        patterns=[
            path(write_path(action), viewsets[action.resource].as_view({action.method.lower(): action.name}))
            for action in ACTIONS
        ],
        title="Billing: the UniBill dialect",
        version="v01",
        description=INTRODUCTION,
    )
    document["tags"] = [{"name": viewset.resource.plural} for viewset in VIEWSETS]
    return document


def write_path(action: Action) -> str:
    """Return the path of an action with its name."""
    return f"{BASE}{_write_resource(action.resource, action.on)}/~{action.name}"


def _write_resource(resource: Resource, on: str) -> str:
    before = f"{_write_resource(resource.within, 'one')}/" if resource.within else ""
    return before + resource.plural + (f"/<str:{resource.key}>" if on == "one" else "")
