"""List every operation of the server: a route of the URL configuration and a method that it answers."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import FunctionType
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PAGE = ("GET", "POST")  # Of a view that does not say which methods it takes.
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
# What a pattern for several spellings is in the spelling that is documented.
UNIBILL = re.compile(r"\(\?:([a-z-]+)\|\\\[[a-z-]+\\\]\)")
AROUND = (("api/v01/^", "api/v01/"), ("/?\\Z", ""), ("admin/^", "admin/"), ("/$", "/"))
# The same routes with what narrows or means something of its own in a query.
CONSENT = (
    "oauth/authorize/?response_type=code&client_id={client_id}&redirect_uri=https%3A%2F%2Fseller.example%2Foauth"
    "&scope=billing_manage&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
)
ASKED_BY_QUERY = (
    ("GET", CONSENT),
    ("GET", "?id={charge_id}"),
    ("POST", "?id={charge_id}"),
    ("GET", "?id={charge_id}&type=recurrent_charge"),
    ("GET", "account/cards/done/?session={entry_id}"),
    ("GET", "account/payouts/account/?currency=USD"),
    ("GET", "console/charges/?app={client_id}"),
    ("GET", "console/events/?app={client_id}"),
    ("GET", "console/requests/?app={client_id}"),
    ("GET", "console/subscriptions/?app={client_id}"),
    ("GET", "v2/direct_charge/{product}?recurrent_charge_id={charge_id}"),
    ("GET", "v3/direct_charge/{product}?recurrent_charge_id={charge_id}"),
)
# Matches whatever no other path does, and answers 404 to everybody.
FALLBACKS = ("^v1/(?:companies", "admin/(?P<url>.*)$")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for; `spellings` are the paths that mean the same."""

    method: str
    route: str
    spellings: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"{self.method} /{self.route}"

    @property
    def parameters(self) -> list[str]:
        """Return the names of what a path is filled in with."""
        return re.findall(r"\{(\w+)\}", self.route)


def list_operations() -> list[Operation]:
    """Return every operation once, the spellings of its path with it, in the order of the configuration."""
    found: dict[tuple[str, str], list[str]] = {}
    for raw, pattern in _walk(get_resolver()):
        if raw.startswith(FALLBACKS):
            continue
        for method, action in find_methods(pattern.callback).items():
            path = write_route(raw)
            known = found.setdefault((method, _name(path, action)), [])
            known.append(path)
    routed = [Operation(*key, tuple(paths)) for key, paths in found.items()]
    return [*routed, *_list_by_query(), *_list_bulk_acts()]


def write_route(raw: str) -> str:
    """Return a pattern as a path with names in braces."""
    for noise, plain in AROUND:
        raw = raw.replace(noise, plain)
    raw = UNIBILL.sub(r"\1", raw)
    return PARAMETER.sub(lambda part: "{%s}" % (part[1] or part[2]), raw)


def find_methods(view: Callable[..., Any]) -> dict[str, str]:
    """Return the methods that a view answers, and the name of what each does where it has one."""
    if actions := getattr(view, "actions", None):
        return {method.upper(): action for method, action in actions.items() if method != "head"}
    if kind := getattr(view, "view_class", None):
        names = ["get"] if issubclass(kind, RedirectView) else kind.http_method_names
        return {name.upper(): "" for name in names if _has(kind, name)}
    return dict.fromkeys(_read_guard(view) or PAGE, "")


def _walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each, path)
        else:
            yield path, each


def _name(path: str, action: str) -> str:
    """Return the path that stands for all spellings of an operation."""
    if path.startswith("api/v01/") and action and "~" not in path:
        return f"{path}/~{action}"
    return path.rstrip("/") if _is_dialect(path) else path


def _is_dialect(path: str) -> bool:
    return bool(re.match(r"v\d/|oauth/(token|revoke|introspect)", path))


def _has(kind: type, name: str) -> bool:
    return name.upper() in METHODS and hasattr(kind, name)


@cache
def _read_guard(view: Callable[..., Any]) -> tuple[str, ...]:
    """Return the methods that a decorator of Django's lets through, none if no decorator says so."""
    inner = getattr(view, "func", view)
    if not isinstance(inner, FunctionType):
        return ()
    cells = zip(inner.__code__.co_freevars, inner.__closure__ or (), strict=True)
    held = {name: cell.cell_contents for name, cell in cells}
    if "request_method_list" in held:
        return tuple(method for method in held["request_method_list"] if method in METHODS)
    for each in held.values():
        if callable(each) and (said := _read_guard(each)):
            return said
    return ()


def _list_by_query() -> Iterator[Operation]:
    for method, route in ASKED_BY_QUERY:
        yield Operation(method, route, (route,))


def _list_bulk_acts() -> Iterator[Operation]:
    """Yield what a list of the admin does with ticked rows, and the files that it sends."""
    for page in admin.site._registry.values():
        route = f"admin/{page.opts.app_label}/{page.opts.model_name}/"
        if getattr(page, "exported", ()):
            yield Operation("GET", f"{route}?export=csv", (f"{route}?export=csv",))
        bulk_acts = [each.act.name for each in getattr(page, "bulk_acts", ())]
        for name in (*(page.actions or ()), *bulk_acts):
            yield Operation("POST", f"{route}?{name}", (route,))
