"""Doing things at the same moment, each on a database connection of its own."""

import threading

from django.db import connection


def at_once(*jobs):
    """Run the jobs in threads and return what each answered or raised."""
    answers = [None] * len(jobs)

    def run(number, job):
        try:
            answers[number] = job()
        except Exception as exc:
            answers[number] = exc
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return answers
