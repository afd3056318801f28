"""Replays recorded calls of real clients against a deployment and finds what it answers otherwise."""
