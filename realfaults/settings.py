"""The settings of an installation whose programs the tool disturbs: its own folder, processor and clock."""

import os
from pathlib import Path

from billing_site import broker
from billing_site.settings import *  # noqa: F403
from billing_site.settings import CELERY_BROKER_URL
from realfaults import sweeps
from realfaults.arming import arm

FOLDER = Path(os.environ["REAL_FAULTS_FOLDER"])
sweeps.note_in(FOLDER / "sweeps")

BROKER_DIR = FOLDER / "broker"
CELERY_BROKER_URL = os.environ.get("REAL_FAULTS_BROKER") or CELERY_BROKER_URL
CELERY_BROKER_TRANSPORT_OPTIONS = broker.transport_options(CELERY_BROKER_URL, folder=BROKER_DIR)
# Each beat notes in a file of its own what it did when.
CELERY_BEAT_SCHEDULE_FILENAME = str(FOLDER / f"beat-{os.getpid()}")

GATEWAYS = {"sandbox": "realfaults.processor.DisturbedSandbox"}
LIVE_GATEWAY = "sandbox"
PAYOUT_NEW_ACCOUNT_DAYS = 0
PAYOUT_MINIMUM = 1
MAILBOX_DIR = FOLDER / "mailbox"

arm(os.environ, FOLDER)
