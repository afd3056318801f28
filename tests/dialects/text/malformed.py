"""Requests that make no sense: (what, method, path, body, content type, headers), always the same ones."""

import itertools
import json
from pathlib import Path

GOOD = {"name": "Extension", "price": 100, "quantity": 2, "return_url": "https://seller.example/back"}
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
WORDS = json.loads((Path(__file__).parent / "nonsense.json").read_text())
# null of an optional field is none.
FLAGS = [text for text in WORDS["flags"] if text != "null"]
OPTIONAL_AMOUNTS = [text for text in WORDS["amounts"] if text != "null"]
LONG = {"amounts": "9" * 5000, "names": json.dumps("x" * 256), "urls": "https://seller.example/" + "a" * 2000}
CREATE = ("/v1/direct_charge", "/v2/direct_charge/livechat", "/v3/direct_charge/helpdesk/")
CREATE_RECURRENT = ("/v1/recurrent_charge", "/v2/recurrent_charge/livechat", "/v3/recurrent_charge/helpdesk/")

NOT_BODIES = {
    "a list": "[]",
    "a number": "1",
    "null": "null",
    "a string": '"name"',
    "cut off": '{"name":',
    "trailing comma": '{"name": "a",}',
    "two objects": "{}{}",
    "a comment": '{"name": "a" /* */}',
    "single quotes": "{'name': 'a'}",
    "deep lists": "[" * 20_000,
    "deep and closed": '{"name":' + "[" * 40 + "]" * 40 + "}",
    "deep objects": '{"a":' * 3000 + "1" + "}" * 3000,
    "deep ignored field": json.dumps(GOOD)[:-1] + ',"x":' + "[" * 33 + "]" * 33 + "}",
    "price twice": json.dumps(GOOD)[:-1] + ',"price":1}',
    "ignored field twice": json.dumps(GOOD)[:-1] + ',"x":1,"x":2}',
    "surrogate twice": '{"\\ud800":1,"\\ud800":2}',
    "NUL in an ignored field": json.dumps(GOOD)[:-1] + ',"x":"\\u0000"}',
    "NUL in an ignored name": json.dumps(GOOD)[:-1] + ',"\\u0000":1}',
    "NaN in an ignored field": json.dumps(GOOD)[:-1] + ',"x":NaN}',
    "bad UTF-8": b'{"name": "\xff"}',
    "UTF-16": json.dumps(GOOD).encode("utf-16"),
    "UTF-32": json.dumps(GOOD).encode("utf-32"),
    "two byte order marks": b"\xef\xbb\xbf" * 2 + json.dumps(GOOD).encode(),
    "byte order mark alone in a name": json.dumps({f"\ufeff{name}": GOOD[name] for name in GOOD}),
    "overlong UTF-8": b'{"name": "\xc0\xaf"}',
    "a form": "name=Extension&price=100&quantity=2&return_url=https://seller.example/",
    "XML": "<charge/>",
    "blanks": "   ",
    "a NUL": b"\x00",
    "too large": '{"x": "' + "a" * 70_000 + '"}',
}
NOT_FORMS = {
    "empty": "",
    "no pairs": "hello",
    "price twice": "name=a&price=1&price=2&quantity=1&return_url=https://seller.example/",
    "ignored field twice": "name=a&price=1&quantity=1&return_url=https://seller.example/&x=1&x=2",
    "unescaped ampersand": "return_url=https://seller.example/?a=1&price=1&name=a&price=2&quantity=1",
    "bad UTF-8": b"name=\xff&price=1&quantity=1&return_url=https://seller.example/",
    "bad escaped UTF-8": "name=%ff&price=1&quantity=1&return_url=https://seller.example/",
    "NUL": "name=a%00&price=1&quantity=1&return_url=https://seller.example/",
    "too many": "&".join(f"f{n}=1" for n in range(101)),
    "JSON cut off": json.dumps(GOOD)[:-1],
    "JSON in a list": json.dumps([GOOD]),
    "JSON with a field twice": json.dumps(GOOD)[:-1] + ',"price":1}',
    "too large": "name=" + "a" * 70_000,
    "only separators": "&&&===",
}


def json_of(field, text):
    fields = {name: json.dumps(value) for name, value in GOOD.items()} | {field: text}
    return "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}"


def form_of(field, text):
    return "&".join(f"{name}={value}" for name, value in (GOOD | {field: text}).items())


def fields():
    values = {
        "price": [*WORDS["amounts"], LONG["amounts"]],
        "quantity": [*WORDS["amounts"], LONG["amounts"], "10001"],
        "name": [*WORDS["names"], LONG["names"]],
        "test": FLAGS,
        "per_account": FLAGS,
        "return_url": [
            *(json.dumps(url) for url in (*WORDS["urls"], LONG["urls"])),
            *("1", "true", "[]", "{}", '["https://seller.example/"]'),
        ],
    }
    paths = itertools.cycle(CREATE)
    for field, texts in values.items():
        for text in texts:
            yield f"{field} = {text[:40]}", "POST", next(paths), json_of(field, text), JSON, {}
    for field in GOOD:
        missing = {name: value for name, value in GOOD.items() if name != field}
        yield f"no {field}", "POST", next(paths), json.dumps(missing), JSON, {}
    product = json.dumps(GOOD | {"price": 99_999_999})
    yield "product too large", "POST", next(paths), product, JSON, {}


def recurrent_fields():
    values = {
        "months": [*OPTIONAL_AMOUNTS, LONG["amounts"], "37"],
        "trial_days": [*(text for text in OPTIONAL_AMOUNTS if text not in ("0", "-0")), "731"],
        "external_id": ["1", "true", "[]", "{}", '"a\\nb"', '"\\u0000"', json.dumps("x" * 256)],
        "price": WORDS["amounts"],
        "test": FLAGS,
        "per_account": FLAGS,
    }
    paths = itertools.cycle(CREATE_RECURRENT)
    for field, texts in values.items():
        for text in texts:
            yield f"recurrent {field} = {text[:40]}", "POST", next(paths), json_of(field, text), JSON, {}
    for field in ("name", "price", "return_url"):
        missing = {name: value for name, value in GOOD.items() if name != field}
        yield f"recurrent without {field}", "POST", next(paths), json.dumps(missing), JSON, {}
    for field in ("months", "trial_days"):
        for text in WORDS["form_amounts"]:
            if (field, text) != ("trial_days", "0"):
                yield f"form {field} = {text}", "POST", next(paths), form_of(field, text), FORM, {}
    for what, body in NOT_BODIES.items():
        yield f"recurrent {what}", "POST", next(paths), body, JSON, {}


def recurrent_calls():
    base = "/v3/recurrent_charge/livechat"
    for page in WORDS["pages"]:
        yield f"recurrent page {page}", "GET", f"{base}?page={page}", b"", JSON, {}
    for cursor in WORDS["cursors"]:
        yield f"recurrent before {cursor}", "GET", f"{base}?before={cursor}", b"", JSON, {}
    for status in WORDS["statuses"]:
        yield f"recurrent status {status}", "GET", f"{base}?status={status}", b"", JSON, {}
    for old in ("/v1/recurrent_charge", "/v2/recurrent_charge/helpdesk"):
        yield f"past due in {old}", "GET", f"{old}?status=past_due", b"", JSON, {}
    for text in WORDS["ids"]:
        for method, end in (("GET", ""), ("PUT", "/activate"), ("PUT", "/cancel"), ("PUT", "/decline/")):
            yield f"{method} recurrent {text[:30]}", method, f"{base}/{text}{end}", b"", JSON, {}
    for method in ("PATCH", "DELETE", "PUT", "TRACE"):
        yield f"{method} on the recurrent list", method, base, b"", JSON, {}
    for method in ("GET", "POST", "DELETE"):
        yield f"{method} cancel", method, f"{base}/1/cancel", b"", JSON, {}
    yield "cancel a direct charge", "PUT", "/v3/direct_charge/livechat/1/cancel", b"", JSON, {}


def forms():
    paths = itertools.cycle(CREATE)
    for field in ("price", "quantity"):
        for text in WORDS["form_amounts"]:
            yield f"form {field} = {text}", "POST", next(paths), form_of(field, text), FORM, {}
    for kind in ("text/plain;charset=UTF-8", "", FORM):
        for what, body in NOT_FORMS.items():
            yield f"{what} as {kind}", "POST", next(paths), body, kind, {}
    for text in ("2", "yes", "", "TRUE"):
        yield f"form test = {text}", "POST", next(paths), form_of("test", text), FORM, {}


def bodies():
    paths = itertools.cycle(CREATE)
    for what, body in NOT_BODIES.items():
        yield what, "POST", next(paths), body, JSON, {}
    for kind in WORDS["types"]:
        yield f"as {kind}", "POST", next(paths), json.dumps(GOOD), kind, {}
    boundary = "multipart/form-data; boundary=x"
    for what, part in {
        "file": '--x\r\nContent-Disposition: form-data; name="name"; filename="a"\r\n\r\na\r\n--x--\r\n',
        "no end": '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na',
        "no name": "--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n",
        "twice": '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na\r\n' * 2 + "--x--\r\n",
        "no boundary inside": "hello",
    }.items():
        yield f"multipart {what}", "POST", next(paths), part, boundary, {}
    for encoding in ("gzip", "deflate", "br"):
        yield f"{encoding} body", "POST", next(paths), json.dumps(GOOD), JSON, {"Content-Encoding": encoding}
    for key in ("", "a b", "é", "a" * 256, "a, b", '"', '""', "\x7f"):
        yield f"key {key[:20]!r}", "POST", next(paths), json.dumps(GOOD), JSON, {"Idempotency-Key": key}


def queries():
    for base in ("/v1/direct_charge", "/v2/direct_charge/livechat", "/v1/ledger", "/v2/ledger/livechat/"):
        for page in WORDS["pages"]:
            yield f"page {page}", "GET", f"{base}?page={page}", b"", JSON, {}
        for cursor in WORDS["cursors"]:
            yield f"before {cursor}", "GET", f"{base}?before={cursor}", b"", JSON, {}
        yield "page twice", "GET", f"{base}?page=1&page=2", b"", JSON, {}
        yield "too many", "GET", f"{base}?" + "&".join(f"f{n}=1" for n in range(101)), b"", JSON, {}
    for status in WORDS["statuses"]:
        yield f"status {status}", "GET", f"/v1/direct_charge?status={status}", b"", JSON, {}
    for value in WORDS["cursors"]:
        path = f"/v3/direct_charge/livechat?recurrent_charge_id={value}"
        yield f"recurrent {value}", "GET", path, b"", JSON, {}


def paths():
    for text in WORDS["ids"]:
        for method, end in (("GET", ""), ("PUT", "/activate"), ("PUT", "/accept"), ("PUT", "/decline/")):
            yield f"{method} id {text[:30]}", method, f"/v1/direct_charge/{text}{end}", b"", JSON, {}
        yield f"product {text[:30]}", "GET", f"/v2/direct_charge/{text}", b"", JSON, {}
    for path in (
        "/v1",
        "/v2/",
        "/v1/nothing",
        "/v3/ledger",
        "/v2/ledger/helpdesk",
        "/v1/direct_charge/x/y/z",
    ):
        for method in ("GET", "POST", "DELETE"):
            yield f"{method} {path}", method, path, b"", JSON, {}
    for method in ("PATCH", "DELETE", "PUT", "TRACE", "PROPFIND", "X" * 50):
        yield f"{method} on the list", method, "/v2/direct_charge/livechat", b"", JSON, {}
