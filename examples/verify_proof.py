"""Check a proof of `manage.py prove` without the server: python verify_proof.py FILE --key HEX [--root HEX].

The key and the root are on the statement of the seller, and at /v3/signing_keys and /v3/day_roots.
"""

import argparse
import json
import sys
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def check(proof: dict[str, Any], keys: list[str], root: str | None) -> Any:
    """Return the leaf. Raises ValueError with what is wrong."""
    leaf, days = json.loads(proof["leaf"]), proof["days"]
    if proof["entry"] not in [entry["entry"] for entry in leaf["entries"]]:
        raise ValueError("the leaf does not have the entry")
    digest = sha256(b"\0" + proof["leaf"].encode()).digest()
    for step in proof["path"]:
        beside = bytes.fromhex(step["hash"])
        digest = sha256(b"\1" + (beside + digest if step["side"] == "left" else digest + beside)).digest()
    if digest.hex() != days[0]["tree_root"]:
        raise ValueError("the leaf is not in the tree of its day")
    before = days[0]["previous_root"]
    for day in days:
        text = f"billing ledger day {day['day']}\ntree {day['tree_root']}\nprevious {before}\n".encode()
        if day["public_key"] not in keys:
            raise ValueError(f"{day['day']} is signed by a key that you did not name: {day['public_key']}")
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(day["public_key"]))
        key.verify(bytes.fromhex(day["signature"]), text)
        before = sha256(b"\2" + text).hexdigest()
        if before != day["root"]:
            raise ValueError(f"{day['day']} has another root")
    if root not in (None, before):
        raise ValueError(f"the root of {days[-1]['day']} is {before}")
    return leaf


def main() -> None:
    """Read the file and say whether it holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--key", action="append", required=True, help="a public key that you trust")
    parser.add_argument("--root", help="the root on your statement")
    asked = parser.parse_args()
    try:
        with open(asked.file, encoding="utf-8") as file:
            leaf = check(json.load(file), asked.key, asked.root)
    except (ValueError, KeyError, TypeError, IndexError, InvalidSignature) as error:
        sys.exit(f"NOT PROVED: {str(error) or 'a signature is wrong'}")
    print("Proved:", json.dumps(leaf, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
