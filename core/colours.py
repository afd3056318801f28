"""Colours of sRGB as three numbers: mixing, contrast by WCAG 2, and the shades that pages make of one."""

import colorsys
import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

WRITTEN = re.compile("#[0-9a-f]{6}")
READABLE = 4.5  # AA, for text of any size.
CLEAR = 7.0  # What is derived for dark pages is chosen with more room.
STEPS = 100
MOST_SATURATED = 0.6


class Colour(NamedTuple):
    """Red, green and blue from 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Return a colour such as #0a5c52. Raises ValueError for anything else."""
        if not WRITTEN.fullmatch(text.lower()):
            raise ValueError(text)
        return cls(*(int(text[at : at + 2], 16) for at in (1, 3, 5)))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """How bright it is, from 0 to 1."""
        red, green, blue = map(_linearize, self)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def mix(self, other: "Colour", share: float) -> "Colour":
        """Return this colour with a share of another one, from 0 to 1."""
        return Colour(*(round(mine + (its - mine) * share) for mine, its in zip(self, other, strict=True)))

    def contrast(self, other: "Colour") -> float:
        """Return the contrast of two colours, from 1 to 21."""
        darker, brighter = sorted((self.luminance, other.luminance))
        return (brighter + 0.05) / (darker + 0.05)


BLACK, WHITE = Colour(0, 0, 0), Colour(255, 255, 255)
# Of checkout/assets/pages.css: --card, --raised and --page, light and dark.
LIGHT_SURFACES = (WHITE, Colour(247, 249, 248), Colour(243, 245, 244))
DARK_SURFACES = (Colour(26, 33, 35), Colour(32, 42, 44), Colour(16, 21, 23))


class Shades(NamedTuple):
    """What pages need of one colour in one scheme."""

    accent: Colour
    accent_strong: Colour
    on_accent: Colour
    tint: Colour


def shade_for_light(colour: Colour) -> Shades:
    """Return the shades for light pages."""
    return Shades(colour, colour.mix(BLACK, 0.25), WHITE, colour.mix(WHITE, 0.86))


def shade_for_dark(colour: Colour) -> Shades:
    """Return the shades for dark pages: as little brighter as readable text needs."""
    tint = DARK_SURFACES[-1].mix(colour, 0.25)
    surfaces = (*DARK_SURFACES, tint)
    accent = next(shade for shade in _brighten(colour) if _reads_on(shade, surfaces, CLEAR))
    return Shades(accent, accent.mix(WHITE, 0.3), colour.mix(BLACK, 0.7), tint)


def is_readable(colour: Colour) -> bool:
    """Say whether a colour is dark enough for light pages: as text, and with white text on it."""
    return _reads_on(colour, (*LIGHT_SURFACES, shade_for_light(colour).tint), READABLE)


def darken(colour: Colour) -> Colour:
    """Return the colour, or the nearest darker one that is readable."""
    return next(filter(is_readable, (colour.mix(BLACK, step / STEPS) for step in range(STEPS + 1))))


def make_scale(colour: Colour) -> dict[str, str]:
    """Return the eleven shades by which the admin knows a colour: 600 on light pages, 500 on dark ones."""
    dark = shade_for_dark(colour).accent
    paler = {name: colour.mix(WHITE, share) for name, share in (("50", 0.95), ("100", 0.88), ("200", 0.75))}
    darker = {name: colour.mix(BLACK, share) for name, share in (("700", 0.2), ("800", 0.4), ("900", 0.55))}
    between = {"300": dark.mix(WHITE, 0.5), "400": dark.mix(WHITE, 0.25), "500": dark, "600": colour}
    scale = paler | between | darker | {"950": colour.mix(BLACK, 0.7)}
    return {name: str(shade) for name, shade in scale.items()}


def _brighten(colour: Colour) -> Iterator[Colour]:
    """Return brighter and brighter shades of the same hue, less garish than it may be, up to white."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    for step in range(STEPS + 1):
        level = lightness + (1 - lightness) * step / STEPS
        shade = colorsys.hls_to_rgb(hue, level, min(saturation, MOST_SATURATED))
        yield Colour(*(round(part * 255) for part in shade))


def _reads_on(colour: Colour, surfaces: Sequence[Colour], least: float) -> bool:
    return all(colour.contrast(surface) >= least for surface in surfaces)


def _linearize(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else math.pow((share + 0.055) / 1.055, 2.4)
