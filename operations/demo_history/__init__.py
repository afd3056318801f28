"""Six months of a small marketplace, which the demo begins with: what happened, and how it is made."""
