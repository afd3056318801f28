"""Which operations of the Text dialect an assistant may use: a smaller OpenAPI document."""

from collections.abc import Iterator

from dialects.openapi import Schema

# One version of each thing: the charges of version 3, and the ledger, which has none there.
PATHS = ("/v3/", "/v2/ledger/")
# What these answer must not become part of a conversation; the second has no use without the first.
WITH_SECRETS = {
    "v3_card_entries_create",
    "v3_card_entries_finish_update",
    "v3_test_buyers_create",
    "v3_test_buyers_token_create",
    "v3_webhook_endpoints_create",
    "v3_webhook_endpoints_rotate_secret_create",
}
# A buyer's consent is a person's own act.
CONSENT = ("_accept_update", "_decline_update")
KEY = "Idempotency-Key"
KEY_SAYS = (
    "1 to 255 visible ASCII characters. Make a new one for each thing that shall be done once, and repeat it"
    " when you repeat the call: then nothing is done twice."
)


def select_operations(document: Schema, *, allow_writes: bool) -> Schema:
    """Return the document with the operations that become tools: those that read, or all that are offered.

    What creates needs an idempotency key then.
    """
    paths: Schema = {}
    for path, method, operation in _list_offered(document):
        if method == "get" or allow_writes:
            paths.setdefault(path, {})[method] = _require_key(operation)
    return document | {"paths": paths}


def _list_offered(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"]
            is_offered = path.startswith(PATHS) and name not in WITH_SECRETS and not name.endswith(CONSENT)
            if is_offered and _answers_json(operation):
                yield path, method, operation


def _answers_json(operation: Schema) -> bool:
    """Say whether something else than a file is answered; nothing at all is no file."""
    contents = [
        answer.get("content", {}) for status, answer in operation["responses"].items() if status < "300"
    ]
    return all(not content or "application/json" in content for content in contents)


def _require_key(operation: Schema) -> Schema:
    parameters = [
        each | ({"required": True, "description": KEY_SAYS} if each["name"] == KEY else {})
        for each in operation.get("parameters", ())
    ]
    return operation | {"parameters": parameters}
