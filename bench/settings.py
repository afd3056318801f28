"""The settings of `make run`, on the benchmarks' own database and with the reference views beside ours."""

import os
import secrets

# The environment of whoever starts a benchmark does not choose what is measured.
os.environ["DATABASE_URL"] = ""
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))

from bench.postgres import CLUSTER
from billing_site.settings import *  # noqa: F403
from billing_site.settings import DATABASES, GATEWAYS

DATABASES["default"] |= CLUSTER.connection()
DATABASES["default"]["NAME"] = os.environ.get("BENCH_DATABASE", DATABASES["default"]["NAME"])
ROOT_URLCONF = "bench.urls"
GATEWAYS = GATEWAYS | {"bench": "bench.gateway.SlowGateway"}
