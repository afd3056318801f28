"""Rows have names: no tuple of more than four values is built, taken apart or read by position."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import find_functions, read_modules

WIDEST = 4

# Their rows are defined elsewhere.
FOREIGN = {
    "runner/ports.py",  # socket.getaddrinfo, /proc/net/tcp.
    "dialects/billy/instants.py",  # The parts of a date and a time.
}


def find_wide_rows(function: ast.AST) -> Iterator[ast.expr]:
    """Return wide tuples of values and subscripts of late places; many values of one kind make a list.

    A tuple of constants, such as the columns of a query, is no row.
    """
    for node in ast.walk(function):
        match node:
            case ast.Tuple(elts=parts) if sum(not isinstance(part, ast.Constant) for part in parts) > WIDEST:
                yield node
            case ast.Subscript(slice=ast.Constant(value=int(place))) if place >= WIDEST:
                yield node


@pytest.mark.slow
def test_no_wide_row_is_read_or_written_by_position():
    found = {
        module.name: f"line {row.lineno}: {ast.unparse(row)[:60]}"
        for module in read_modules()
        for function in find_functions(module.tree)
        for row in find_wide_rows(function)
    }
    assert {name: row for name, row in found.items() if name not in FOREIGN} == {}
