"""Printed documents: paragraphs, facts and tables on pages of A4, the same bytes for the same content."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from invoicing.files.fonts import FONT, load_font, write_text

WIDTH = A4[0] - 40 * mm
BODY = ParagraphStyle("body", fontName=FONT, fontSize=9, leading=13, splitLongWords=1)
RIGHT = ParagraphStyle("right", BODY, alignment=TA_RIGHT)
SMALL = ParagraphStyle("small", BODY, fontSize=8, leading=11)
SOFT = ParagraphStyle("soft", BODY, textColor="#555555")
HEADING = ParagraphStyle("heading", BODY, fontSize=11, leading=16, spaceBefore=10, spaceAfter=3)
TITLE = ParagraphStyle("title", BODY, fontSize=18, leading=24, spaceAfter=8)
LINES = TableStyle(
    [
        ("FONTNAME", (0, 0), (-1, -1), FONT),  # Named even where every cell is a paragraph of its own font.
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, "#bbbbbb"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
)
Block = Any  # A flowable of reportlab, which has no types.


def title(text: str) -> Block:
    """Return the title of a document."""
    return Paragraph(write_text(text), TITLE)


def heading(text: str) -> Block:
    """Return a heading."""
    return Paragraph(write_text(text), HEADING)


def paragraph(text: str, style: ParagraphStyle = BODY) -> Block:
    """Return a paragraph; lines of the text stay lines."""
    return Paragraph("<br/>".join(write_text(line) for line in text.split("\n")), style)


def gap(height: float = 6) -> Block:
    """Return some space, in millimetres."""
    return Spacer(1, height * mm)


def facts(pairs: Sequence[tuple[str, Any]]) -> Block:
    """Return names and values, one pair a line."""
    rows = [[paragraph(name, SOFT), paragraph(str(value))] for name, value in pairs]
    return Table(rows, colWidths=[WIDTH * 0.3, WIDTH * 0.7], style=LINES, hAlign="LEFT")


def table(head: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> Block:
    """Return a table; widths are shares of the page, and all columns but the first stand right."""
    cells = [[paragraph(text, SOFT) for text in head]]
    cells += [
        [paragraph(str(cell), RIGHT if place else BODY) for place, cell in enumerate(row)] for row in rows
    ]
    columns = [WIDTH * share for share in widths]
    return Table(cells, colWidths=columns, style=LINES, hAlign="LEFT", repeatRows=1)


def build_pdf(blocks: Sequence[Block], *, name: str, author: str, mark: str = "") -> bytes:
    """Return the file; `mark` is written across each page."""
    load_font()
    file = BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        title=name,
        author=author,
        invariant=1,
        initialFontName=FONT,  # Otherwise each page names a font that is not embedded.
        **dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 20 * mm),
    )

    def draw(canvas: Canvas, document: SimpleDocTemplate) -> None:
        _draw_page(canvas, document.page, name=name, mark=mark)

    document.build([*blocks], onFirstPage=draw, onLaterPages=draw)
    return file.getvalue()


def _draw_page(canvas: Canvas, page: int, *, name: str, mark: str) -> None:
    canvas.saveState()
    canvas.setFont(FONT, 8)
    canvas.drawRightString(A4[0] - 20 * mm, 10 * mm, f"{name} - {page}")
    if mark:
        canvas.setFont(FONT, 34)
        canvas.setFillGray(0.85)
        canvas.translate(A4[0] / 2, A4[1] / 2)
        canvas.rotate(35)
        canvas.drawCentredString(0, 0, mark)
    canvas.restoreState()
