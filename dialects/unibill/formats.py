"""In which format is answered, and how each is written."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from dialects.base import FirstChoice
from dialects.bodies import read_content_type
from dialects.unibill.parsers import BodyFormat, find_body_format
from dialects.unibill.records import Record, Records
from dialects.unibill.xml import write_element

Context = Mapping[str, Any] | None


class JsonRenderer(JSONRenderer):
    """An object, or a bare array."""

    def render(self, data: Record | Records, media_type: str | None = None, context: Context = None) -> bytes:
        """Write the answer."""
        return super().render(data.to_plain())


class XmlRenderer(BaseRenderer):
    """An element with attributes, or an element of the plural's name with such elements in it."""

    media_type = "application/xml"
    format = "xml"

    def render(self, data: Record | Records, media_type: str | None = None, context: Context = None) -> bytes:
        """Write the answer."""
        return write_element(data.to_element())


class TextXmlRenderer(XmlRenderer):
    """The same for those who know XML by its older name."""

    media_type = "text/xml"


class PairsRenderer(BaseRenderer):
    """URL-encoded pairs, which the documentation calls xurl."""

    media_type = "application/x-www-form-urlencoded"
    format = "xurl"
    charset = None

    def render(self, data: Record | Records, media_type: str | None = None, context: Context = None) -> bytes:
        """Write the answer."""
        return urlencode(data.to_pairs()).encode()


RENDERERS: list[type[BaseRenderer]] = [JsonRenderer, XmlRenderer, TextXmlRenderer]


class AskedFormat(FirstChoice):
    """Answers in the format that is asked for, else in that of the request, else in JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """Return the renderer."""
        renderer = choose_renderer(request._request, renderers, body=request.body)
        return renderer, renderer.media_type


def choose_renderer(request: HttpRequest, renderers: Iterable[Any], *, body: bytes = b"") -> Any:
    """Return the renderer that Accept prefers; where it leaves that open, the one of what was sent.

    The body tells what was sent where its type does not.
    """
    by_type = {renderer.media_type: renderer for renderer in renderers}
    types = sorted(by_type, key=lambda name: name not in _types_sent(request, body))
    return by_type[request.get_preferred_type(types) or types[0]]


def choose_content_type(renderer: BaseRenderer) -> str:
    """Return the Content-Type of what a renderer writes."""
    return f"{renderer.media_type}; charset={renderer.charset}" if renderer.charset else renderer.media_type


def _types_sent(request: HttpRequest, body: bytes) -> set[str]:
    """Return in which types to answer what was sent: none in particular, unless it is XML."""
    if find_body_format(request, body) is not BodyFormat.XML:
        return set()
    return {TextXmlRenderer.media_type} & {read_content_type(request)[0]} or {XmlRenderer.media_type}
