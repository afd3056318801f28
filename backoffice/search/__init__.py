"""Search in the admin: over everything, and in each list."""
