"""Attempts whose answers contradict each other: asking the processor once more, and what people decide."""
