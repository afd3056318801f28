"""Second factors of staff: adding them, checking what they say, and taking them away."""
