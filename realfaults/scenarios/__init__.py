"""The scenarios: each brings a fault about, heals it, and says what is wrong then."""
