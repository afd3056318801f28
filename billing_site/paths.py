"""Which paths programs call; everything else is for people in browsers."""

from dialects.billy.paths import BILLY as BILLY

PROBES = r"(healthz|readyz|metrics)$"
UNIBILL = r"api(/|$)"
API = rf"v\d+(/|$)|{UNIBILL}|oauth/(token|revoke_token|introspect)(/|$)|{PROBES}"
