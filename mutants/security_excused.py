"""Checks whose removal nothing can notice, each with the reason; the run leaves them out and counts them."""

import re

ALL_ROLES = "Equivalent: these are all roles, as an owner has both."
ONE_APPLICATION = (
    "Equivalent: the events of an object are all of one application; the filter is for the index."
)
EXCUSED = {
    r"^role: .*: for_console\(Role\.BILLING, Role\.DEVELOPER\)$": ALL_ROLES,
    r"^tenant: events\.reading\.read_overtaken: application_id=last\.application_id$": ONE_APPLICATION,
}


def find_excuse(name: str) -> str:
    """Return why nothing can notice that this check is gone, or nothing."""
    return next((reason for pattern, reason in EXCUSED.items() if re.search(pattern, name)), "")
