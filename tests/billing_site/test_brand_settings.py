"""The settings of the brand, and what the colours that are made of one colour promise."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from core.brand import COLOUR, Brand
from core.colours import Colour, darken, is_readable, make_scale, shade_for_dark, shade_for_light

LOGOS = {
    "image/png": b"\x89PNG\r\n\x1a\n....",
    "image/jpeg": b"\xff\xd8\xff....",
    "image/webp": b"RIFF....WEBP....",
    "image/svg+xml": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
}
INK, DARK_INK = Colour.read("#182023"), Colour.read("#e9eeee")


@pytest.mark.parametrize("media_type", LOGOS)
def test_a_logo_is_known_by_its_content(load, tmp_path, media_type):
    (tmp_path / "logo").write_bytes(LOGOS[media_type])
    logo = load(BRAND_LOGO=str(tmp_path / "logo"))["BRAND"].logo
    assert logo == (LOGOS[media_type], media_type)


@pytest.mark.parametrize("content", [b"", b"<html><script>", b"GIF89a", b"x" * 200_001, b"\x89PNG"])
def test_a_file_that_is_no_logo_is_refused(load, tmp_path, content):
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match=r"^BRAND_LOGO must be the absolute path of a PNG"):
        load(BRAND_LOGO=str(tmp_path / "logo.png"))


def test_a_colour_that_is_too_bright_is_refused_and_the_nearest_one_named(load):
    with pytest.raises(ImproperlyConfigured, match=r"the nearest one is #806600, not '#ffcc00'\."):
        load(BRAND_COLOR="#ffcc00")
    assert load(BRAND_COLOR="#806600")["BRAND"].own_colour == Colour(128, 102, 0)


def test_another_colour_or_logo_has_files_under_another_name(load):
    digests = {
        load(**said)["BRAND"].digest for said in ({}, {"BRAND_COLOR": "#123456"}, {"BRAND_COLOR": "#654321"})
    }
    assert len(digests) == 3


def test_what_is_not_set_is_what_this_program_is(load):
    brand = load()["BRAND"]
    assert (brand.name, brand.colour, brand.logo) == ("Marketplace billing", COLOUR, None)
    assert (brand.support_url, Brand(support_address="help@m.example").support_url) == (
        "",
        "mailto:help@m.example",
    )


def test_the_admin_has_the_name_and_the_colour(load):
    unfold = load(BRAND_NAME="Kite Market", BRAND_COLOR="#123456")["UNFOLD"]
    assert unfold["SITE_TITLE"] == "Kite Market: back office"
    assert unfold["COLORS"]["primary"]["600"] == "#123456"
    assert load()["UNFOLD"]["COLORS"]["primary"] == make_scale(COLOUR)


@given(st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: Colour(*parts)))
def test_text_is_readable_in_light_and_dark_whatever_the_colour(colour):
    colour = darken(colour)
    assert is_readable(colour)
    for shades, ink, page in (
        (shade_for_light(colour), INK, "#f3f5f4"),
        (shade_for_dark(colour), DARK_INK, "#101517"),
    ):
        assert shades.on_accent.contrast(shades.accent) >= 4.5
        assert shades.on_accent.contrast(shades.accent_strong) >= 4.5
        for surface in (Colour.read(page), shades.tint):
            assert shades.accent.contrast(surface) >= 4.5
            assert shades.accent_strong.contrast(surface) >= 4.5
            assert ink.contrast(surface) >= 4.5
