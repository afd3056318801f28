"""The settings of a worker process that a test starts and kills: ours, on the test's database."""

import os

from billing_site.settings import *  # noqa: F403
from billing_site.settings import DATABASES

DATABASES["default"] |= {
    "NAME": os.environ["WORKER_DATABASE"],
    "HOST": os.environ["WORKER_HOST"],
    "PORT": os.environ["WORKER_PORT"],
    "USER": os.environ["WORKER_USER"],
}
