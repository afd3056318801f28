"""Typed readers of environment variables; a wrong value stops the start with one line that names it."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured

from core.currencies import EXPONENTS

FLAGS = dict.fromkeys(("true", "yes", "on", "1"), True) | dict.fromkeys(("false", "no", "off", "0"), False)
RATE = r"[1-9][0-9]{0,8}/(second|minute|hour|day)"
NONE = "none"
SHOWN = 60


class Environment:
    """Reads settings from environment variables; an empty one counts as not set.

    Each reader raises ImproperlyConfigured for a value that is not allowed.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.names: set[str] = set()

    def read_text(self, name: str) -> str:
        """Return a variable as it is, empty when it is not set."""
        self.names.add(name)
        return self._variables.get(name, "")

    def read_word(self, name: str) -> str:
        """Return a variable without the blanks around it, empty when it is not set."""
        return self.read_text(name).strip()

    def read_flag(self, name: str, *, default: bool) -> bool:
        """Return whether something is on."""
        word = self.read_word(name)
        if not word:
            return default
        if word.lower() not in FLAGS:
            refuse(name, "true or false (or yes, no, on, off, 1, 0)", word)
        return FLAGS[word.lower()]

    def read_integer(self, name: str, *, default: int, minimum: int = 0, maximum: int) -> int:
        """Return a whole number within a range."""
        word = self.read_word(name)
        if not word:
            return default
        if not re.fullmatch("[0-9]{1,18}", word) or not minimum <= int(word) <= maximum:
            refuse(name, f"a whole number from {minimum} to {maximum}", word)
        return int(word)

    def read_seconds(self, name: str, *, default: float, minimum: float = 0.0, maximum: float) -> float:
        """Return a time in seconds within a range; it may have decimals."""
        word = self.read_word(name)
        if not word:
            return default
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", word) or not minimum <= float(word) <= maximum:
            refuse(name, f"a number of seconds from {minimum:g} to {maximum:g}", word)
        return float(word)

    def read_choice(self, name: str, *, default: str, choices: Sequence[str]) -> str:
        """Return one of these words."""
        word = self.read_word(name) or default
        return word if word in choices else refuse(name, f"one of {', '.join(choices)}", word)

    def read_match(self, name: str, *, default: str, pattern: str, allowed: str) -> str:
        """Return a word that matches a pattern; `allowed` says the same in words."""
        word = self.read_word(name) or default
        return word if re.fullmatch(pattern, word) else refuse(name, allowed, word)

    def read_currency(self, name: str, *, default: str) -> str:
        """Return the code of a currency that amounts can be written in."""
        word = self.read_word(name) or default
        allowed = "the ISO 4217 code of a currency with 0, 2 or 3 decimals, such as USD"
        return word if word in EXPONENTS else refuse(name, allowed, word)

    def read_currencies(self, name: str) -> list[str]:
        """Return the codes of currencies that amounts can be written in, none by default."""
        allowed = "a list of ISO 4217 codes of currencies with 0, 2 or 3 decimals"
        return self.read_list(name, default=[], parse=parse_currency, allowed=allowed)

    def read_rate(self, name: str, *, default: str) -> str:
        """Return how often something may be done, such as 10/hour."""
        allowed = "a number, a slash and second, minute, hour or day, such as 10/hour"
        return self.read_match(name, default=default, pattern=RATE, allowed=allowed)

    def read_list(
        self, name: str, *, default: Sequence[str], parse: Callable[[str], str], allowed: str
    ) -> list[str]:
        """Return the parts between commas as `parse` returns them; it raises ValueError for a wrong one."""
        word = self.read_word(name)
        if not word:
            return [*default]
        try:
            return [parse(part.strip()) for part in word.split(",")]
        except ValueError:
            refuse(name, f"{allowed}, with commas between", word)

    def read_days(self, name: str, *, default: Sequence[int], maximum: int) -> list[int]:
        """Return different numbers of days in ascending order; the word "none" is an empty list."""
        word = self.read_word(name)
        if word in ("", NONE):
            return [] if word else [*default]
        parts = [part.strip() for part in word.split(",")]
        days = [int(part) for part in parts if re.fullmatch("[0-9]{1,9}", part)]
        if len(days) < len(parts) or days != sorted({*days}) or days[0] < 1 or days[-1] > maximum:
            refuse(name, f"ascending whole numbers from 1 to {maximum}, with commas between, or none", word)
        return days

    def read_file(self, name: str, *, default: Path) -> str:
        """Return the path of a file, which need not be there yet."""
        path = Path(self.read_word(name) or default)
        if not path.is_absolute() or path.is_dir():
            # Programs that start in different folders would each have a file of their own.
            refuse(name, "the path of a file, beginning with /", str(path))
        return str(path)

    def read_optional_file(self, name: str) -> str | None:
        """Return the path of a file in a folder that exists, or None when it is not set."""
        if not self.read_word(name):
            return None
        path = Path(self.read_file(name, default=Path()))
        if not path.parent.is_dir():
            refuse(name, "the path of a file in a folder that exists", str(path))
        return str(path)

    def read_secret(self, name: str, *, least: int) -> str:
        """Return a secret of at least so many characters, empty when it is not set; it is never shown."""
        secret = self.read_text(name)
        if secret and (len(secret) < least or len({*secret}) < min(least, 5)):
            refuse(name, f"at least {least} characters long, 5 of them different")
        return secret


def refuse(name: str, allowed: str, value: str = "") -> NoReturn:
    """Stop the start; the value is left out where it may hold a secret. Raises ImproperlyConfigured."""
    shown = value if len(value) <= SHOWN else f"{value[:SHOWN]}..."
    sentence = f"{name} must be {allowed}" + (f", not {shown!r}." if value else ".")
    raise ImproperlyConfigured(sentence) from None  # What a library said about it may hold the value.


def parse_currency(word: str) -> str:
    """Return the code of a currency. Raises ValueError for what is none."""
    if word not in EXPONENTS:
        raise ValueError(word)
    return word
