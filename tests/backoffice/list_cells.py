"""What the rows of a list of the admin show, read from its page."""

import re
from html import unescape

CELL = re.compile(r'<(t[dh])[^>]*class="[^"]*\bfield-(\w+)[^>]*>(.*?)</\1>', re.DOTALL)
ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)


def read_cells(page):
    """Return the words of each row by the names of the columns, in their order."""
    table = page.content.decode().partition('id="result_list"')[2]
    rows = [{name: _say(cell) for _, name, cell in CELL.findall(row)} for row in ROW.findall(table)]
    return [row for row in rows if row]


def _say(cell):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
