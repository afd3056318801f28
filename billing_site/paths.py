"""Regular expressions of API paths; all other paths are pages for browsers."""

from dialects.billy.paths import BILLY as BILLY

PROBES = r"(healthz|readyz|metrics)$"
UNIBILL = r"api(/|$)"
API = rf"v\d+(/|$)|{UNIBILL}|oauth/(token|revoke_token|introspect)(/|$)|{PROBES}"
