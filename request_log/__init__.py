"""The requests of programs at our APIs, kept for some days."""
