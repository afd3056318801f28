"""The tree of each day: what it holds, when it is closed, by which key it is signed, and proofs from it."""
