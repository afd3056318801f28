"""The forms of the pages, as those who may open them see them."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin

from tests.hostile.asking import Answer, Asked
from tests.hostile.marketplace import CSRF
from tests.hostile.operations import FORM, Operation

# Afterwards the one who asks would be nobody.
LEFT_OUT = ("logout", "end-others", "/leave/", "/devices/")
FIELDS = {"input", "select", "textarea", "button"}


class FormParser(HTMLParser):
    """Reads address, method and fields of each form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or add a field to the one that was begun."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((said.get("method", "get").upper(), said.get("action", ""), {}))
        elif self.forms and tag in FIELDS and said.get("name"):
            value = CSRF if said["name"] == "csrfmiddlewaretoken" else said.get("value", "a")
            self.forms[-1][2][said["name"]] = value


def read_forms(operation: Operation, answer: Answer) -> Iterator[Operation]:
    """Return what the forms of a page send."""
    parser = FormParser()
    parser.feed(answer.body.decode())
    for method, action, fields in parser.forms:
        path = (
            urljoin(operation.path, action).replace("http://127.0.0.1:8000", "") if action else operation.path
        )
        if path.startswith("/") and not any(word in path for word in LEFT_OUT):
            types = (FORM, "multipart/form-data") if method == "POST" else ()
            query = () if method == "POST" else tuple(fields)
            fields = fields if method == "POST" else {}
            yield Operation(operation.door, method, path, operation.caller, query, fields or None, types)


def find_forms(
    operations: list[Operation], ask: Callable[[Asked], Answer], every: int
) -> Iterator[Operation]:
    """Open every so many of the pages and return the operations of their forms, each once."""
    seen = set()
    for operation in [each for each in operations if each.method == "GET"][::every]:
        answer = ask(Asked("GET", operation.path, operation.caller))
        if answer.status == 200 and answer.kind == "text/html":
            for form in read_forms(operation, answer):
                if (key := (form.method, form.path, tuple(sorted(form.fields or {})))) not in seen:
                    seen.add(key)
                    yield form
