"""Seeded bugs: each is put into the code in turn, and something that we run has to notice it."""
