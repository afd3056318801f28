"""Replays recorded calls of the dialects' clients against a deployment."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.conformance.credentials import WrongCredentials, read_credentials
from operations.conformance.recordings import DIALECTS, Recording, load_recordings
from operations.conformance.replay import Deployment, Result, replay


class Command(BaseCommand):
    """Ask a deployment what real clients ask and print where its answers differ; exits with 1 if they do."""

    help = "Replay recorded calls of each dialect's clients against a deployment; only test charges are made."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the address and the credentials."""
        parser.add_argument("url", help="where the deployment is, such as http://127.0.0.1:8000")
        parser.add_argument(
            "--credentials",
            type=Path,
            help="a file in the shape of `manage.py demo --json`; the standard input without it",
        )
        parser.add_argument("--dialect", action="append", choices=DIALECTS, help="only this one; repeatable")
        parser.add_argument(
            "--sandbox",
            action="store_true",
            help="the deployment's processor is the sandbox: also do what has no test mode, as in Billy",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object for each step")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what differs. Raises CommandError when the deployment cannot be asked."""
        write = write_json if options["json"] else write_text
        deployment = read_deployment(options)
        told: list[Result] = []
        for recording in load_recordings(tuple(options["dialect"] or DIALECTS)):
            results = self.ask(recording, deployment)
            self.stdout.writelines(f"{line}\n" for line in write(recording, results))
            told += results
        if any(result.differences for result in told):
            sys.exit(1)

    def ask(self, recording: Recording, deployment: Deployment) -> list[Result]:
        """Return what became of each step. Raises CommandError without an answer."""
        try:
            return [*replay(recording, deployment)]
        except requests.RequestException as exc:
            raise CommandError(f"{deployment.url} did not answer: {exc}") from exc


def read_deployment(options: dict[str, Any]) -> Deployment:
    """Return where to ask and as whom. Raises CommandError."""
    address = urlsplit(options["url"])
    if address.scheme not in ("http", "https") or not address.netloc or address.username:
        raise CommandError("The address must be http:// or https:// with a host and without a password.")
    try:
        credentials = read_credentials(options["credentials"])
    except WrongCredentials as refusal:
        raise CommandError(str(refusal)) from refusal
    return Deployment(options["url"].rstrip("/"), credentials, options["sandbox"])


def write_json(recording: Recording, results: list[Result]) -> Iterator[str]:
    """Yield a JSON object for each step."""
    for place, result in enumerate(results, start=1):
        request = {"method": result.request.method, "path": result.request.path}
        differences = [asdict(each) for each in result.differences]
        told = {"recording": recording.name, "step": place, **request, "differences": differences}
        yield json.dumps(told | ({"not_asked": result.not_asked} if result.not_asked else {}))


def write_text(recording: Recording, results: list[Result]) -> Iterator[str]:
    """Yield a line for the recording, and one for each difference."""
    asked = sum(not result.not_asked for result in results)
    differences = sum(len(result.differences) for result in results)
    yield f"{recording.name} ({recording.client}): {asked} calls, {differences} differences"
    for place, result in enumerate(results, start=1):
        at = f"  {place}. {result.request.method} {result.request.path}"
        if result.not_asked:
            yield f"{at}: not asked, {result.not_asked}"
        for each in result.differences:
            yield f"{at}: {each.field} is {each.found}, recorded was {each.recorded}"
