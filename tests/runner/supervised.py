"""A program for the tests: supervises the shell commands given as NAME=COMMAND and tells what happens."""

import sys

from runner.supervisor import ProgramEnded, Supervisor


def main(patience: str, *programs: str) -> None:
    try:
        with Supervisor(patience=float(patience)) as supervisor:
            for program in programs:
                name, _, command = program.partition("=")
                supervisor.start(name, ["sh", "-c", f"echo $$; {command}"])
            supervisor.wait()
    except ProgramEnded as exc:
        sys.exit(f"error: {exc}")
    sys.stdout.write("stopped\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
