"""Regular expressions of API paths; all other paths are pages for browsers."""

from dialects.billy.paths import BILLY as BILLY

STAFF = r"(admin|docs|static|brand|icons)(/|$)"
PROBES = r"(healthz|readyz|metrics)$"
UNIBILL = r"api(/|$)"
HOOKS = r"hooks(/|$)"
API = rf"v\d+(/|$)|{UNIBILL}|{HOOKS}|oauth/(token|revoke_token|introspect)(/|$)|{PROBES}"
