"""The operator's brand on pages, in mails and in the admin, and an app's looks on the page of its offer."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.test import Client
from PIL import Image

from core.brand import Brand, Logo
from core.colours import Colour
from core.errors import InvalidField
from core.mail_layout import make_message, write_letter
from customers.application_looks import change_application_icon, change_application_looks
from customers.icons import MAX_UPLOAD
from customers.models import Application, ApplicationIcon
from tests.desk import consent_link, link, text_of

ADDRESSES = {
    "website_url": "https://kites.example",
    "support_address": "help@kites.example",
    "terms_url": "https://kites.example/terms?v=2#3",
}


@pytest.fixture
def brand(settings):
    settings.BRAND = Brand(
        own_name="Kite <Market>",
        own_colour=Colour(18, 52, 86),
        digest="abc123",
        support_address="help@market.example",
        terms_url="https://market.example/terms",
        privacy_url="https://market.example/privacy",
    )
    return settings


def draw(width=300, height=200, kind="PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind)
    return file.getvalue()


def test_every_page_has_name_mark_colour_and_links(brand, desk, admin_client):
    for path in ("/", "/account/", link(desk.charge), consent_link(desk.app), "/docs/", "/nowhere"):
        page = desk.browser.get(path, headers={"Accept": "text/html"}).content.decode()
        assert "Kite &lt;Market&gt;" in page
        assert "Marketplace billing" not in page
        assert 'href="/brand/abc123/colours.css"' in page
        assert 'src="/brand/abc123/mark"' in page
        for address in ("mailto:help@market.example", brand.BRAND.terms_url, brand.BRAND.privacy_url):
            assert f'href="{address}"' in page, path
    for page in (admin_client.get("/admin/"), Client().get("/admin/login/")):
        assert "Kite &lt;Market&gt;" in page.content.decode()
        assert 'src="/brand/abc123/mark"' in page.content.decode()


def test_mails_have_it_too(brand):
    context = {"action_url": "https://market.example"}
    letter = write_letter("mail/staff_digest.html", context, language="en")
    assert "Kite <Market>: " in letter.text
    assert "Terms: https://market.example/terms" in letter.text
    assert "background: #123456" in letter.html
    assert 'href="mailto:help@market.example"' in letter.html
    assert make_message(letter, to="a@b.example", headers={}).from_email.startswith('"Kite <Market>" <')


def test_the_files_of_the_brand_are_kept_for_ever_and_run_nothing(brand):
    css, mark = (Client().get(f"/brand/abc123/{name}") for name in ("colours.css", "mark"))
    assert b":root { --accent: #123456;" in css.content
    assert b'fill="#123456"' in mark.content
    for answer, media_type in ((css, "text/css; charset=utf-8"), (mark, "image/svg+xml")):
        assert answer["Content-Type"] == media_type
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "sandbox" in answer["Content-Security-Policy"]
    assert Client().get("/brand/other/mark")["Cache-Control"] == "no-cache"
    assert Client().post("/brand/abc123/mark").status_code == 405
    brand.BRAND = brand.BRAND._replace(logo=Logo(draw(), "image/png"))
    logo = Client().get("/brand/abc123/mark")
    assert (logo.content, logo["Content-Type"]) == (draw(), "image/png")


def test_an_app_shows_its_icon_and_its_links_before_consent(desk):
    change_application_looks(application_id=desk.app.pk, **ADDRESSES)
    change_application_icon(application_id=desk.app.pk, icon=draw())
    page = desk.browser.get(link(desk.charge))
    icon = ApplicationIcon.objects.get()
    for address in (ADDRESSES["website_url"], "mailto:help@kites.example", ADDRESSES["terms_url"]):
        assert f'href="{address}"' in page.content.decode()
    assert f'src="/icons/{icon.digest}.png"' in page.content.decode()
    assert "Questions about the product? Ask Paper Kites Ltd." in text_of(page)
    answer = Client().get(f"/icons/{icon.digest}.png")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    with Image.open(BytesIO(answer.content)) as kept:
        assert (kept.format, kept.size, kept.info) == ("PNG", (128, 128), {})
    change_application_icon(application_id=desk.app.pk, icon=b"")
    assert b"/icons/" not in desk.browser.get(link(desk.charge)).content
    assert Client().get(f"/icons/{icon.digest}.png").status_code == 404


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_an_icon_may_be_of_several_kinds(desk, kind):
    change_application_icon(application_id=desk.app.pk, icon=draw(48, 4_096, kind))
    assert bytes(ApplicationIcon.objects.get().content).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "upload",
    [
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        draw()[:60],
        draw(47, 100),
        draw(4_097, 100),
        draw(kind="BMP"),
        b"x" * (MAX_UPLOAD + 1),
    ],
    ids=["letter", "svg", "cut off", "small", "large", "bmp", "heavy"],
)
def test_what_is_no_icon_is_refused_by_name(desk, upload):
    with pytest.raises(InvalidField) as refusal:
        change_application_icon(application_id=desk.app.pk, icon=upload)
    assert refusal.value.field == "icon"
    assert not ApplicationIcon.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website_url", "javascript:alert(1)"),
        ("website_url", "http://kites.example"),
        ("terms_url", 'https://kites.example/"onclick='),
        ("terms_url", "https://" + "k" * 500 + ".example"),
        ("support_address", "javascript:a@b.example"),
        ("support_address", "a@b.example?bcc=c@d.example"),
    ],
)
def test_what_is_no_address_is_refused_by_code_and_by_the_database(desk, field, value):
    with pytest.raises(InvalidField) as refusal:
        change_application_looks(application_id=desk.app.pk, **ADDRESSES | {field: value})
    assert refusal.value.field == field
    if value.startswith(("javascript", "http:")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.filter(pk=desk.app.pk).update(**{field: value})


def test_staff_give_an_app_its_looks(desk, admin_client):
    path = f"/admin/customers/application/{desk.app.pk}/change/"
    kept = {name: value or "" for name, value in model_to_dict(desk.app).items() if value is not False}
    form = kept | ADDRESSES | {"return_origins": "https://seller.example"}
    icon = SimpleUploadedFile("icon.png", draw(), "image/png")
    answer = admin_client.post(path, form | {"new_icon": icon})
    assert answer.status_code == 302, answer.context["adminform"].errors
    desk.app.refresh_from_db()
    assert (desk.app.website_url, len(desk.app.icon_digest)) == ("https://kites.example", 64)
    bad = {"new_icon": SimpleUploadedFile("icon.png", b"<svg/>"), "support_address": "nobody"}
    errors = admin_client.post(path, form | bad).context["adminform"].errors
    assert {*errors} == {"new_icon", "support_address"}
    admin_client.post(path, form | {"no_icon": "on"})
    desk.app.refresh_from_db()
    assert (desk.app.icon_digest, ApplicationIcon.objects.count()) == ("", 0)
