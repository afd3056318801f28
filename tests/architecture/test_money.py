"""Money is integer minor units."""

import ast

from tests.architecture.sources import PACKAGES, find_calls, read_modules

# These two read seconds from the environment and wait for them; no amount passes through.
WITHOUT_MONEY = {"billing_site", "runner"}


def test_no_float_comes_near_money():
    packages = [package for package in PACKAGES if package not in WITHOUT_MONEY]
    floats = [
        f"{module.name}:{call.lineno} {ast.unparse(call)}"
        for module in read_modules(*packages)
        for name, call in find_calls(module.tree)
        if name in ("float", "FloatField")
    ]
    assert floats == []
