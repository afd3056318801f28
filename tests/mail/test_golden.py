"""Each mail word for word, in each language that has a folder here.

`WRITE_GOLDEN=yes make test ARGS=tests/mail/test_golden.py` writes the files anew; read what changed.
"""

import os
import re
from pathlib import Path

import pytest

from access.second_factors.mails import Change
from core import clock
from core.mail_layout import write_letter
from mail.compose import compose_mail
from mail.kinds import Kind
from tests.mail.scenes import AT, SCENES, play

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = sorted(folder.name for folder in GOLDEN.iterdir())
UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Their layout is that of all.
AS_HTML = ("receipt", "receipt_of_a_test")


@pytest.fixture(autouse=True)
def _at() -> None:
    with clock.travel_to(AT):
        yield


def write(mail, language: str) -> tuple[str, str]:
    """Subject and text of a mail, and its HTML, without what differs each time."""
    mail.language = language
    message = compose_mail(mail)
    [(html, _)] = message.alternatives
    headers = [f"To: {message.to[0]}", f"Subject: {message.subject}"]
    words = "\n".join([*headers, "", message.body])
    return mask(words), mask(html)


def mask(words: str) -> str:
    return re.sub(r"token=[\w=:-]+", "token=...", UUID.sub("<id>", words))


def compare(file: Path, words: str) -> None:
    if os.environ.get("WRITE_GOLDEN"):
        file.write_text(words)
    assert words == file.read_text(), file


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_a_mail_says_what_it_should(scene):
    """In each language the same mail: to play its scene takes longest."""
    mail = play(scene)
    for language in LANGUAGES:
        words, html = write(mail, language)
        compare(GOLDEN / language / f"{scene.__name__}.txt", words)
        if scene.__name__ in AS_HTML:
            compare(GOLDEN / language / f"{scene.__name__}.html", html)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", Change)
@pytest.mark.parametrize("is_own", [True, False], ids=["own", "of_a_colleague"])
def test_a_mail_about_a_second_factor_says_what_it_should(change, is_own, language):
    context = {"change": change.value, "is_own": is_own, "name": "anna", "action_url": "https://x.example/"}
    letter = write_letter("mail/second_factor.html", context, language=language)
    name = f"second_factor_{change}_{'own' if is_own else 'of_a_colleague'}.txt"
    compare(GOLDEN / language / name, f"Subject: {letter.subject}\n\n{letter.text}")


def test_every_kind_has_a_scene():
    names = {scene.__name__ for scene in SCENES}
    assert {kind.value for kind in Kind} <= names
