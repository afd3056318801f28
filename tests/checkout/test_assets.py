"""Style sheet and pages load nothing from other servers."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

ASSETS = settings.BASE_DIR / "checkout" / "assets"
# The styles of mails are written into their tags before they are sent.
TEMPLATES = [
    path
    for path in (settings.BASE_DIR / "templates").rglob("*.html")
    if not {"admin", "mail"} & {*path.parts}
]


def test_there_is_one_small_stylesheet():
    assert sorted(path.name for path in ASSETS.iterdir()) == ["mark.svg", "pages.css"]
    assert (ASSETS / "pages.css").stat().st_size < 12_000


def test_the_stylesheet_loads_nothing_and_reads_from_both_sides():
    css = (ASSETS / "pages.css").read_text()
    assert not re.search(r"url\(|@import|@font-face", css)
    assert not re.search(
        r"[{;\s](margin|padding|border|inset)-(left|right)\b|[{;\s](left|right):|text-align: (left|right)",
        css,
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_pages_have_no_scripts_no_inline_styles_and_nothing_from_outside(path: Path):
    page = path.read_text()
    if {"documentation", "console"} & {*path.parts}:  # Their pages do without their scripts, which are files.
        page = re.sub(r"<script src=\"\{% static '[\w./-]+' %\}\" defer></script>", "", page)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|\|safe|autoescape", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)


@pytest.mark.slow
def test_hashed_names_can_be_made_for_production(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    url = staticfiles_storage.url("pages.css")
    assert re.fullmatch(r"/static/pages\.[0-9a-f]{12}\.css", url)
    assert (tmp_path / Path(url).name).exists()
