"""Regular expressions of API paths; all other paths are pages for browsers."""

from dialects.billy.paths import BILLY as BILLY

STAFF = r"(admin|docs|static|brand|icons)(/|$)"
PROBES = r"(healthz|readyz|metrics)$"
UNIBILL = r"api(/|$)"
HOOKS = r"hooks(/|$)"
# Of an API, but for everybody.
PUBLIC = r"v3/(day_roots|signing_keys)/?$"
API = rf"v\d+(/|$)|{UNIBILL}|{HOOKS}|oauth/(token|revoke_token|introspect)(/|$)|{PROBES}"
