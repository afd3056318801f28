"""Figures by day: what was collected, given back, earned and lost."""
