"""The simulator: histories of a marketplace with faults, on the real code and a real PostgreSQL."""
