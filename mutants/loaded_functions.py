"""Gives functions that are loaded already other code, in this process alone."""

import gc
import importlib
from collections.abc import Iterator
from types import CodeType, FunctionType


def change_functions(module: str, compiled: CodeType) -> int:
    """Give the functions of a module the code that it was compiled to; return how many that changed.

    They are found by name and first line, so no line may have moved.
    """
    path = importlib.import_module(module).__file__ or ""
    codes = {_place(code): code for code in _walk(compiled)}
    changed = 0
    gc.unfreeze()  # The collector lists no objects that tests/conftest.py has frozen.
    for each in gc.get_objects():
        if type(each) is FunctionType and each.__code__.co_filename == path:
            code = codes[_place(each.__code__)]
            changed += each.__code__ != code
            each.__code__ = code
    return changed


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _walk(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _walk(constant)
