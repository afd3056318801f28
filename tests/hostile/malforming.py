"""Make requests out of a seed: an operation as it should be asked, then one to three faults."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import quoteattr

from tests.hostile import values
from tests.hostile.asking import Asked
from tests.hostile.operations import Operation

# How many of a hundred requests go to each door: a page of the admin takes as long as fifty calls.
SHARES = {"text": 34, "unibill": 28, "billy": 24, "oauth and hooks": 8, "pages": 5, "admin": 1}
Doors = Mapping[str, list[Operation]]
ID = re.compile(r"(<<|%3C%3C)([\w ]+)\.(\d+)(>>|%3E%3E)")


@dataclass
class Draft:
    """A request that is being spoilt."""

    operation: Operation
    asked: Asked
    fields: dict[str, Any]
    kind: str

    def rewrite(self) -> None:
        """Write the fields anew."""
        body = write_body(self.fields, self.kind, self.operation.path)
        self.asked = replace(self.asked, body=body)


def make_request(seed: int, number: int, doors: Doors) -> Asked:
    """Return one request with its faults, in words, in `why`; it follows from the three arguments alone."""
    draw = Random(f"{seed}/{number}")
    door = draw.choices([*SHARES], [*SHARES.values()])[0]
    draft = write_draft(draw, draw.choice(doors[door]))
    done = []
    for _ in range(draw.choices([1, 2, 3], [6, 3, 1])[0]):
        spoil = draw.choice(choose_faults(draft))
        spoil(draw, draft)
        done.append(spoil.__name__)
    return replace(draft.asked, why=f"{seed}/{number}: {', '.join(done)}", door=door)


def write_draft(draw: Random, operation: Operation) -> Draft:
    """Return the request as it should be."""
    kind = draw.choice(operation.types) if operation.types else ""
    path = ID.sub(lambda place: f"<<{place[2]}.{draw.randrange(3)}>>", operation.path)
    headers = (
        {"Content-Type": f"{kind}; boundary=x" if kind.startswith("multipart/") else kind} if kind else {}
    )
    caller = operation.caller if draw.random() < 0.9 else draw.choice(CALLERS)
    draft = Draft(operation, Asked(operation.method, path, caller, headers), {}, kind)
    draft.fields = dict(operation.fields or {})
    for name in [*draft.fields]:
        if draw.random() < 0.25:
            del draft.fields[name]
    if kind:
        draft.rewrite()
    return draft


CALLERS = (
    "nobody",
    "buyer",
    "owner",
    "marketplace",
    "operator",
    "company",
    "shop",
    "other shop",
    "client",
    "admin",
)


def choose_faults(draft: Draft) -> list[Callable[[Random, Draft], None]]:
    """Return the faults that this request can have; one in a field is the likeliest."""
    faults = [spoil_path, spoil_query, spoil_header, spoil_method]
    if draft.operation.query:
        faults += [spoil_query] * 3
    if draft.fields:
        faults += [spoil_field] * 8 + [spoil_body, spoil_type, add_field, repeat_field, garble, cut]
    elif draft.asked.method != "GET":
        faults += [spoil_body, spoil_type]
    return faults


def spoil_field(draw: Random, draft: Draft) -> None:
    """Give a field a value that is wrong, or likely to be."""
    if not draft.fields:
        return spoil_body(draw, draft)
    name = draw.choice([*draft.fields])
    if draft.kind == "application/json" and draw.random() < 0.2:
        return spoil_raw(draw, draft, name)
    as_json = draft.kind == "application/json" and draw.random() < 0.5
    draft.fields[name] = draw.choice(values.NATIVE if as_json else values.TEXTS)
    draft.rewrite()


def spoil_raw(draw: Random, draft: Draft, name: str) -> None:
    """Write something for a value that is hardly JSON."""
    mark = "a value to be replaced"
    body = write_body(draft.fields | {name: mark}, draft.kind, draft.operation.path)
    draft.asked = replace(draft.asked, body=body.replace(f'"{mark}"', draw.choice(values.RAW)))


def add_field(draw: Random, draft: Draft) -> None:
    """Say something that nobody asked for."""
    draft.fields[draw.choice(values.NAMES)] = draw.choice(values.TEXTS)
    draft.rewrite()


def repeat_field(draw: Random, draft: Draft) -> None:
    """Say a field twice, or the whole body."""
    body = draft.asked.body
    if draft.kind == "application/json" and body.startswith("{"):
        body = "{" + body[1:-1] + ", " + body[1:]
    else:
        body = f"{body}&{body}"
    draft.asked = replace(draft.asked, body=body)


def garble(draw: Random, draft: Draft) -> None:
    """Change bytes of the body."""
    body = [*draft.asked.body]
    for _ in range(draw.randrange(1, 4)):
        place = draw.randrange(len(body) + 1)
        body[place : place + draw.randrange(2)] = [chr(draw.randrange(256))]
    draft.asked = replace(draft.asked, body="".join(body))


def cut(draw: Random, draft: Draft) -> None:
    """End the body too early."""
    draft.asked = replace(draft.asked, body=draft.asked.body[: draw.randrange(len(draft.asked.body) + 1)])


def spoil_body(draw: Random, draft: Draft) -> None:
    """Send something else, or in another encoding."""
    body = draft.asked.body
    if body and draw.random() < 0.3:
        encoding = draw.choice(["utf-16", "utf-32", "utf-7", "utf-8-sig", "cp037"])
        body = body.encode(encoding).decode("latin-1")
    else:
        body = draw.choice(values.BODIES)
    draft.asked = replace(draft.asked, body=body)


def spoil_type(draw: Random, draft: Draft) -> None:
    """Call the body something else."""
    add_header(draft, "Content-Type", draw.choice(values.TYPES))


def spoil_header(draw: Random, draft: Draft) -> None:
    """Send an odd header."""
    add_header(draft, *draw.choice(values.HEADERS))


def add_header(draft: Draft, name: str, value: str) -> None:
    draft.asked = replace(draft.asked, headers={**draft.asked.headers, name: value})


def spoil_method(draw: Random, draft: Draft) -> None:
    """Use another method."""
    draft.asked = replace(draft.asked, method=draw.choice(values.METHODS))


def spoil_query(draw: Random, draft: Draft) -> None:
    """Ask for nonsense, by a name that counts or another one."""
    name = draw.choice(draft.operation.query or values.NAMES)
    value = draw.choice(values.TEXTS)
    written = (
        quote(value.encode("utf-8", "surrogatepass")) if draw.random() < 0.8 else values.write_text(value)
    )
    added = f"{quote(name)}={written}" if draw.random() < 0.9 else draw.choice(values.BODIES)
    path = draft.asked.path
    mark = "&" if "?" in path else "?"
    draft.asked = replace(draft.asked, path=path + mark + added.replace("#", "%23")[:8000])


def spoil_path(draw: Random, draft: Draft) -> None:
    """Put something else into a place of the path, or behind it."""
    path, mark, query = draft.asked.path.partition("?")
    segments = path.split("/")
    place = draw.randrange(1, len(segments) + 1)
    ids = [number for number, segment in enumerate(segments) if segment.startswith("<<")]
    if ids and draw.random() < 0.7:
        place = draw.choice(ids)
    segments[place : place + 1] = [values.write_text(draw.choice(values.SEGMENTS))]
    draft.asked = replace(draft.asked, path="/".join(segments) + mark + query)


def write_body(fields: dict[str, Any], kind: str, path: str) -> str:
    """Write fields in one of the encodings, as characters of bytes."""
    if kind == "application/json":
        return json.dumps(fields)
    if kind.endswith("/xml"):
        return write_xml(fields, path)
    if kind.startswith("multipart/"):
        return write_parts(fields)
    pairs = [(name.encode("utf-8", "surrogatepass"), as_bytes(value)) for name, value in fields.items()]
    return ID.sub(r"<<\2.\3>>", urlencode(pairs))


def write_xml(fields: dict[str, Any], path: str) -> str:
    """An element with attributes, called as its resource."""
    words = [word for word in path.split("/") if word and not word.startswith(("<", "~"))]
    name = words[-1].rstrip("s")
    attributes = " ".join(f"{key or 'x'}={quote_attribute(value)}" for key, value in fields.items())
    return values.write_text(f"<{name} {attributes}/>")


def quote_attribute(value: Any) -> str:
    text = str(value)
    return f'"{text}"' if text.startswith("<<") else quoteattr(text)


def write_parts(fields: dict[str, Any]) -> str:
    """A form in parts, divided by x."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return values.write_text("".join(parts) + "--x--\r\n")


def as_bytes(value: Any) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogatepass")
