"""The body of an answer as values that can be compared by field."""

import json
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring


def read_body(kind: str, text: str) -> Any:
    """Return what a body of this content type says; text that is not what its type says stays text."""
    try:
        if kind.startswith("application/json"):
            return json.loads(text)
        if kind.startswith("application/xml"):
            return {"xml": [_read_element(fromstring(text))]}
    except (ValueError, ParseError, DefusedXmlException):
        return text
    return text


def _read_element(element: Element) -> dict[str, Any]:
    parts = {"element": element.tag, **element.attrib}
    inner = [_read_element(each) for each in element]
    return parts | ({"inner": inner} if inner else {})
