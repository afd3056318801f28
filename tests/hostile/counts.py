"""How much is tried: a little in the suite, as much as the command says by `python -m tests.hostile`."""

import os

SEED = int(os.environ.get("HOSTILE_SEED", "1"))
REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", "500"))
SHARDS = int(os.environ.get("HOSTILE_SHARDS", "1"))
ROUNDS = int(os.environ.get("HOSTILE_ROUNDS", "5"))
EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "10"))  # Of each operation of a document.
ONLY = os.environ.get("HOSTILE_ONLY", "")  # The number of one request.
KEEP = bool(os.environ.get("HOSTILE_KEEP"))  # What is answered wrongly becomes a file of the corpus.
