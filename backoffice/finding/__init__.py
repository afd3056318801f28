"""One search over everything: what a term may mean, and who looks where for it."""
