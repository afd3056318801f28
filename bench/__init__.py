"""Benchmarks: this project and its reference side by side, in one run on one machine.

`make bench`, or `python -m bench [names] [--quick] [--json FILE]`. What is measured: docs/performance.md.
"""
