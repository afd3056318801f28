"""Checks whose removal nothing can notice, each with the reason; the run leaves them out and counts them."""

import re

ALL_ROLES = "Equivalent: these are all roles, as an owner has both."
EXCUSED = {r"^role: .*: for_console\(Role\.BILLING, Role\.DEVELOPER\)$": ALL_ROLES}


def find_excuse(name: str) -> str:
    """Return why nothing can notice that this check is gone, or nothing."""
    return next((reason for pattern, reason in EXCUSED.items() if re.search(pattern, name)), "")
