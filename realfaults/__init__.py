"""Faults of real processes, brokers, database servers and disks, judged by the processor's own books.

A tool beside the layers, as `simulator` is: nothing imports it. See docs/reliability.md.
"""
