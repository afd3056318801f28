"""The settings of `make run`, with a processor that fails and a database for each process."""

import os

# The environment of whoever starts a simulation does not choose what is simulated.
os.environ["DATABASE_URL"] = ""
os.environ["SECRET_KEY"] = "a-plainly-made-up-key-of-simulated-histories-0123456789"
os.environ["REFUND_APPROVAL_LIMIT"] = "USD:1500"
os.environ["DEFAULT_CURRENCY"] = "USD"
# `tests/deploy/pooler.py` puts a PgBouncer before the simulator's PostgreSQL.
os.environ["DATABASE_POOLER"] = "transaction" if "SIMULATOR_POOLER_PORT" in os.environ else "none"

from billing_site.settings import *  # noqa: F403
from billing_site.settings import DATABASES
from simulator.database import CLUSTER
from simulator.overrides import OVERRIDES

DATABASES["default"] |= CLUSTER.connection()
if "SIMULATOR_POOLER_PORT" in os.environ:
    DATABASES["default"] |= {"HOST": "127.0.0.1", "PORT": os.environ["SIMULATOR_POOLER_PORT"]}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
DATABASES["default"]["CONN_MAX_AGE"] = None
globals().update(OVERRIDES)
