"""Leave out of paths and refusals what may be secret or personal."""

import re

from core.card_numbers import mask_card_numbers

LEFT_OUT = "…"
ADDRESS = re.compile(r"[^\s/:;,'\"<>()]+(?:@|%40)[^\s/:;,'\"<>()]+")
UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# As long as a token or a key, and no id of ours in the spelling of UUIDs.
SECRET = re.compile(rf"(?<![\w-])(?!{UUID}(?![\w-]))(?=[\w-]*[0-9])[\w-]{{20,}}(?![\w-])")
QUOTED = re.compile(r'"[^"]*"')


def mask_path(path: str, *, is_known: bool, most: int) -> str:
    """Return a path without e-mail addresses and card numbers, at most so long.

    A path that leads nowhere (`is_known` is false) may be anything, so what looks like a secret is left out.
    """
    masked = ADDRESS.sub(LEFT_OUT, mask_card_numbers(_make_storable(path[: 2 * most])))
    return (masked if is_known else SECRET.sub(LEFT_OUT, masked))[:most]


def mask_refusal(text: str, *, most: int) -> str:
    """Return why a request was refused, without the values that it quotes, at most so long."""
    plain = QUOTED.sub(f'"{LEFT_OUT}"', " ".join(_make_storable(text[: 4 * most]).split()))
    return SECRET.sub(LEFT_OUT, ADDRESS.sub(LEFT_OUT, mask_card_numbers(plain)))[:most]


def _make_storable(text: str) -> str:
    """Return a text that PostgreSQL takes: without NUL and without halves of letters."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
