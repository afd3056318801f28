"""A statement as one page of PDF, the same bytes for the same statement. Its lines are in the CSV file."""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from bookkeeping.statements.reading import SellerStatement
from bookkeeping.statements.wording import list_parts

FONT = "Statement"
# The usual place of a font with most alphabets of Europe; reportlab's own has fewer.
FONTS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path(reportlab.__file__).parent / "fonts/Vera.ttf",
)
WIDTH = A4[0] - 40 * mm
BODY = ParagraphStyle("body", fontName=FONT, fontSize=10, leading=14, splitLongWords=1)
RIGHT = ParagraphStyle("right", BODY, alignment=TA_RIGHT)
TITLE = ParagraphStyle("title", BODY, fontSize=18, leading=24, spaceAfter=8)
SMALL = ParagraphStyle("small", BODY, fontSize=8, leading=11)
LINES = [("LINEBELOW", (0, 0), (-1, -1), 0.25, "#bbbbbb"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]


def write_statement(statement: SellerStatement) -> bytes:
    """Return the file."""
    _load_font()
    rows = [
        [Paragraph(name, BODY), Paragraph(escape(str(amount)), RIGHT)]
        for name, amount in list_parts(statement)
    ]
    story = [
        Paragraph(f"Statement {statement.starts_at:%Y-%m}, {escape(statement.currency)}", TITLE),
        Paragraph(escape(statement.organization.name), BODY),
        Paragraph(f"Organisation {statement.organization.public_id}", BODY),
        Paragraph(_write_time(statement), BODY),
        Spacer(1, 8 * mm),
        Table(rows, colWidths=[WIDTH * 0.6, WIDTH * 0.4], style=LINES, hAlign="LEFT"),
        Spacer(1, 8 * mm),
        *(Paragraph(line, SMALL) for line in _write_end(statement)),
    ]
    file = BytesIO()
    page = {"leftMargin": 20 * mm, "rightMargin": 20 * mm, "topMargin": 20 * mm, "bottomMargin": 20 * mm}
    SimpleDocTemplate(
        file, pagesize=A4, invariant=1, title=f"Statement {statement.starts_at:%Y-%m}", **page
    ).build(story)
    return file.getvalue()


@cache
def _load_font() -> None:
    pdfmetrics.registerFont(TTFont(FONT, next(path for path in FONTS if path.is_file())))


def _write_time(statement: SellerStatement) -> str:
    return f"From {statement.starts_at:%Y-%m-%d} until before {statement.ends_at:%Y-%m-%d}, days of UTC"


def _write_end(statement: SellerStatement) -> Iterator[str]:
    if not statement.is_final:
        yield "The month is not closed: this statement may still change."
        return
    figures = statement.figures
    yield f"The month is closed. {figures.line_count} lines, SHA-256 {figures.lines_hash}"
    if books := statement.find_books():
        yield f"The books until the end of {books.day}: root {books.root}"
        yield f"Signed with the key {books.key and books.key.public_key}"
