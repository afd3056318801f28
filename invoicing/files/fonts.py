"""The font of printed papers, and texts as it can show them.

The font is embedded. What it has no glyph for is shown as a mark, never left out: the structured invoice
beside it has every name exactly.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import reportlab
from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT = "Paper"
# Where systems keep a font with most alphabets of Europe and beyond; reportlab's own has fewer.
USUAL = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
)
OWN = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
MARKS = ("\N{REPLACEMENT CHARACTER}", "?")
_LETTER = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
RIGHT_TO_LEFT = re.compile(f"[{_LETTER}](?:[{_LETTER}\\s]*[{_LETTER}])?")


@cache
def load_font() -> frozenset[int]:
    """Make the font known to reportlab and return the code points that it has glyphs for."""
    font = TTFont(FONT, find_font())
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def find_font() -> str:
    """Return the path of the font: the one of INVOICE_FONT, a usual one, or reportlab's own."""
    paths = [settings.INVOICING["font"]] if settings.INVOICING["font"] else [*USUAL, str(OWN)]
    return next((path for path in paths if Path(path).is_file()), str(OWN))


def write_text(text: str) -> str:
    """Return a text as markup of a paragraph that the font can show."""
    glyphs = load_font()
    mark = next(mark for mark in MARKS if ord(mark) in glyphs)
    shown = "".join(_show(letter, glyphs, mark) for letter in unicodedata.normalize("NFC", text))
    # Right-to-left words stand in the order in which they are drawn; their letters are not joined.
    return escape(RIGHT_TO_LEFT.sub(lambda run: run[0][::-1], shown))


def _show(letter: str, glyphs: frozenset[int], mark: str) -> str:
    if unicodedata.category(letter) in ("Cf", "Cc"):
        return ""
    # Readers of PDF get the text of others wrong: reportlab's table back to letters has 16 bits.
    return letter if ord(letter) in glyphs and letter <= "\uffff" else mark
