"""XML as UniBill has it: an object is one element, and its fields are the attributes."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser
from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from rest_framework.exceptions import ParseError

from core.errors import InvalidField

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE_ENDS = re.compile("\r\n|\r|\n")
DUPLICATE_ATTRIBUTE = "duplicate attribute"


def read_element(text: str, name: str) -> dict[str, Any]:
    """Return the attributes of an XML document that is one element of this name; a child of it is a list.

    Raises ParseError for anything else, declarations and processing instructions among it, and
    InvalidField for an attribute that comes twice.
    """
    parser, handler = make_parser(), _OneElement(name)
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    try:
        parser.feed(text)
        parser.close()
    except SAXParseException as error:
        if error.getMessage() == DUPLICATE_ATTRIBUTE:
            raise InvalidField(_name_at(text, error), "is given more than once") from None
        raise ParseError(f"The body is not valid XML: {error.getMessage()}.") from None
    except DefusedXmlException:
        raise ParseError("XML must not declare a document type or entities.") from None
    return handler.fields


def write_element(root: ElementTree.Element) -> bytes:
    """Return an XML document."""
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def make_element(name: str, attributes: Mapping[str, str]) -> ElementTree.Element:
    """Return an element; a character that XML does not know is replaced."""
    known = {field: NOT_IN_XML.sub("\ufffd", value) for field, value in attributes.items()}
    return ElementTree.Element(name, known)


class _OneElement(ContentHandler):
    """Takes one element, of its children the names alone, and refuses whatever else comes at once."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.fields: dict[str, Any] = {}
        self.depth = self.count = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if not self.depth and name != self.name:
            raise ParseError(f"The body must be one <{self.name}> element.")
        self.count += 1 + len(attrs)
        if self.count > 1 + settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
            raise TooManyFieldsSent
        if self.depth < 2:
            self.fields.update({name: []} if self.depth else attrs)
        self.depth += 1

    def endElement(self, name: str) -> None:
        self.depth -= 1

    def characters(self, content: str) -> None:
        if self.depth < 2 and content.strip():
            raise ParseError("The element must not contain text.")

    def processingInstruction(self, target: str, data: str) -> None:
        raise ParseError("XML must not contain processing instructions.")


def _name_at(text: str, error: SAXParseException) -> str:
    """Return the name of the attribute where the parser stopped."""
    line = LINE_ENDS.split(text)[(error.getLineNumber() or 1) - 1]
    return re.split(r"[\s=]", line[error.getColumnNumber() or 0 :], maxsplit=1)[0][:80]
