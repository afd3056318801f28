"""Which paths programs call; everything else is for people in browsers."""

from dialects.billy.paths import BILLY as BILLY

PROBES = r"(healthz|readyz|metrics)$"
API = rf"(v\d+|api)(/|$)|oauth/(token|revoke_token|introspect)(/|$)|{PROBES}"
