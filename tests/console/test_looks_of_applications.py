"""Sellers say how buyers see an application: icon, website, help and terms."""

from io import BytesIO
from struct import pack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from customers.application_looks import find_icon
from operations.factories import AccountFactory, ApplicationFactory
from tests.desk import log_in, text_of

pytestmark = pytest.mark.django_db
SAID = {
    "website_url": "https://kites.example/",
    "support_address": "help@kites.example",
    "terms_url": "https://kites.example/terms",
}


@pytest.fixture
def application():
    return ApplicationFactory(name="Chat Kites")


@pytest.fixture
def browser(application):
    return log_in(AccountFactory(organization=application.organization, owner=True))


def find_page(application):
    return f"/console/applications/{application.client_id}/looks/"


def draw(side=64, kind="PNG"):
    file = BytesIO()
    Image.new("RGB", (side, side), "teal").save(file, kind)
    return SimpleUploadedFile(f"icon.{kind.lower()}", file.getvalue())


def test_what_is_said_is_kept_and_the_icon_is_written_anew(browser, application):
    answer = browser.post(find_page(application), SAID | {"icon": draw(kind="JPEG")}, follow=True)
    assert "Buyers see it like this from now on." in text_of(answer)
    application.refresh_from_db()
    assert {name: getattr(application, name) for name in SAID} == SAID
    assert find_icon(application.icon_digest).startswith(b"\x89PNG")
    assert application.icon_digest in browser.get(find_page(application)).content.decode()
    browser.post(find_page(application), SAID)
    application.refresh_from_db()
    assert application.icon_digest
    browser.post(find_page(application), SAID | {"no_icon": "on"})
    application.refresh_from_db()
    assert application.icon_digest == ""
    changes = application.changes.order_by("pk").values_list("act", "reason")
    assert list(changes) == [("changed", f"{', '.join(SAID)}, icon"), ("changed", "icon")]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"website_url": "javascript:alert(1)"}, "It must begin with https://"),
        ({"support_address": "nobody"}, "It must be an e-mail address"),
        ({"terms_url": "http://kites.example"}, "It must begin with https://"),
        ({"icon": SimpleUploadedFile("icon.png", b"no picture")}, "It must be a PNG"),
        ({"icon": SimpleUploadedFile("icon.png", b"x" * 530_000)}, "It must not have more than 512 KB"),
        ({"icon": draw(side=8)}, "It must have sides of 48"),
    ],
)
def test_what_cannot_be_shown_is_refused_at_its_field_and_nothing_is_kept(browser, application, said, words):
    answer = browser.post(find_page(application), SAID | said)
    assert answer.status_code == 400
    assert words in text_of(answer)
    application.refresh_from_db()
    assert (application.website_url, application.icon_digest) == ("", "")


def test_it_is_for_developers_of_the_seller(application):
    stranger = log_in(AccountFactory(developer=True))
    assert stranger.post(find_page(application), SAID).status_code == 404
    clerk = log_in(AccountFactory(organization=application.organization))
    assert clerk.get(find_page(application)).status_code == 403


@pytest.mark.parametrize("entry", [(0x100, b"ab"), (0x11A, b"ab")])
def test_a_picture_with_exif_that_nothing_can_read_is_refused(browser, application, entry):
    tag, value = entry
    header = b"Exif\0\0II*\0" + pack("<IH", 8, 2)
    turned = pack("<HHIHH", 0x112, 3, 1, 6, 0)
    exif = header + turned + pack("<HHI4s", tag, 2, 3, value) + bytes(4)
    file = BytesIO()
    Image.new("RGB", (64, 64)).save(file, "JPEG", exif=exif)
    answer = browser.post(
        find_page(application), SAID | {"icon": SimpleUploadedFile("i.jpeg", file.getvalue())}
    )
    assert answer.status_code == 400
    assert "It must be a PNG, JPEG, WebP or GIF picture." in text_of(answer)
