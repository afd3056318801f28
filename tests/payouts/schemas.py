"""The schemas of files for banks, read once for all tests: to read one takes a quarter of a second."""

from functools import cache
from pathlib import Path
from typing import Any

from sepaxml import validation


@cache
def _load(name: str) -> Any:
    import xmlschema  # Changes ElementTree, so only where a file is written.

    return xmlschema.XMLSchema(str(Path(validation.__file__).parent / "schemas" / f"{name}.xsd"))


def check_file(content: bytes, name: str) -> None:
    """Do what sepaxml does."""
    import xmlschema

    try:
        _load(name).validate(content.decode())
    except xmlschema.XMLSchemaValidationError as fault:
        raise validation.ValidationError(str(fault)) from fault
