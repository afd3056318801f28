"""Sends recorded requests to a deployment and compares what it answers."""

import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from operations.conformance.bodies import read_body
from operations.conformance.comparing import Difference, compare
from operations.conformance.recordings import Answer, Recording, Request, Step
from operations.conformance.templates import PLACEHOLDER, Known, UnknownValue, fill

TIMEOUT_SECONDS = 30
# Of the demo's app; an app of another deployment has registered its own.
RETURN_URL = "https://seller.example/back"
# The headers that clients look at. Link is there only where a deployment has more than a page of entries.
HEADERS = ("Content-Type", "Idempotent-Replayed", "Location", "WWW-Authenticate")


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where the requests go, and who asks. The credentials are in the shape of `manage.py demo --json`."""

    url: str
    credentials: Mapping[str, Any] = field(repr=False)
    is_sandbox: bool = False

    def authorize(self, caller: str, known: Known) -> dict[str, str]:
        """Return the header that lets this caller in. Raises UnknownValue without its credentials."""
        match caller:
            case "nobody":
                return {}
            case "company":
                return _basic(fill("{{key}}", known), "")
            case "unibill":
                return _basic(self._find("unibill", "username"), self._find("unibill", "password"))
            case "confirming buyer":
                return {"Authorization": f"Bearer {self._find('buyer', 'confirm_token')}"}
            case _:
                return {"Authorization": f"Bearer {self._find(caller, 'access_token')}"}

    def begin(self) -> Known:
        """Return what requests may name before anything was answered."""
        # Codes of records are unique for ever, so each run has its own.
        known = {"run": secrets.token_hex(4), "return_url": self._find_return_url()}
        account = self.credentials.get("unibill", {}).get("account_id")
        return known | ({} if account is None else {"account": str(account)})

    def _find_return_url(self) -> str:
        """Return where the buyer's app leads buyers back to; the address has to be of a registered origin."""
        return str(self.credentials.get("buyer", {}).get("return_url") or RETURN_URL)

    def _find(self, tenant: str, name: str) -> str:
        value = self.credentials.get(tenant, {}).get(name)
        if value is None:
            raise UnknownValue(f"{tenant}.{name} of the credentials")
        return str(value)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a step: its differences, or why it was not asked."""

    request: Request
    differences: tuple[Difference, ...] = ()
    not_asked: str = ""


def replay(recording: Recording, deployment: Deployment) -> Iterator[Result]:
    """Ask everything of a recording in its order, up to what would move money of a live deployment.

    Redirects are not followed: they are answers. Raises requests.RequestException without any answer.
    """
    known = deployment.begin()
    with requests.Session() as session:
        session.trust_env = False  # A .netrc of this machine must not replace what a client sent.
        for step in recording.steps:
            if step.moves_money and not deployment.is_sandbox:
                yield Result(step.request, not_asked="it and what follows moves money; --sandbox goes on")
                return
            yield _ask(step, deployment, known, session)


def _ask(step: Step, deployment: Deployment, known: Known, session: requests.Session) -> Result:
    """Ask one thing. Later requests name only what this run has made, and so change nothing else."""
    request = step.request
    try:
        response = session.request(
            request.method,
            deployment.url + fill(request.path, known),
            data=fill(request.body, known).encode(),
            headers=request.headers | deployment.authorize(request.caller, known),
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except UnknownValue as exc:
        return Result(request, not_asked=f"nothing said {exc}")
    learned = dict(known)
    differences = tuple(_compare_answers(step.answer, read_answer(response), learned))
    if not differences and _is_about_ours(request):
        known.update(learned)
    return Result(request, differences)


def _is_about_ours(request: Request) -> bool:
    """Say whether the answer can only be about what this run made: it was made, or asked for by its name."""
    if request.method != "GET" or request.caller == "company":  # A company is made by the run.
        return True
    return any(each[0] != "{{account}}" for each in PLACEHOLDER.finditer(request.path))


def read_answer(response: requests.Response) -> Answer:
    """Return what is compared of an answer."""
    response.encoding = "utf-8"
    headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
    return Answer(response.status_code, headers, read_body(headers.get("Content-Type", ""), response.text))


def _compare_answers(recorded: Answer, found: Answer, known: Known) -> Iterator[Difference]:
    yield from compare("status", recorded.status, found.status, known)
    yield from compare("header", recorded.headers, found.headers, known)
    yield from compare("body", recorded.body, found.body, known)


def _basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}
