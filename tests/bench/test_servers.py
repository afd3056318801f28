"""The comparison of web servers: their commands, and how what was found stands side by side."""

from bench.crowd import Said
from bench.servers import count_errors, tell, weigh_each
from bench.web_servers import SERVERS, WORKERS, write_command
from runner import programs


def test_ours_is_the_server_that_is_shipped():
    assert write_command("ours", 8000) == programs.web("127.0.0.1", 8000, workers=WORKERS)


def test_every_server_has_the_same_application_and_as_many_processes():
    for name in SERVERS:
        command = write_command(name, 8000)
        assert "billing_site.wsgi:application" in command
        assert command[command.index("--workers") + 1] == str(WORKERS)


def test_ours_is_weighed_against_each_of_the_others():
    rows = weigh_each("job", {"ours": [2, 4], "sync": [1, 2], "granian": [4, 8]})

    assert [(row.job, row.ours, row.reference, row.ratio) for row in rows] == [
        ("job, against sync", "3 ms", "1.5 ms", 2),
        ("job, against granian", "3 ms", "6 ms", 0.5),
    ]


def test_words_stand_beside_ours():
    rows = tell("job", {"ours": 1, "sync": 2}, lambda number: f"{number} s")

    assert [(row.job, row.ours, row.reference) for row in rows] == [("job, against sync", "1 s", "2 s")]


def test_errors_of_all_rounds_are_counted():
    assert count_errors([Said([1.0], ["503"]), Said([1.0, 2.0], [])]) == "1 of 4"
