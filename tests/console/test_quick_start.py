"""The programs of the quick start run as they stand on the page, against a real server."""

import json
import re
import subprocess
import sys
from html import unescape

import pytest

from charges.models import Charge
from operations.factories import AccountFactory, ApplicationFactory, PaymentOptionFactory
from tests.access.oauth import flow
from tests.desk import log_in, text_of
