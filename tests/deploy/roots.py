"""Folders that stand for an image: this machine's system, with all that is written kept beside it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# Of the machine: where packages come from.
PASSED = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_CONFIG_FILE",
    "SSL_CERT_FILE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
)
BASE_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"


class Root:
    """An overlay over the root folder; needs a mount namespace of its own, which ends it."""

    def __init__(self, place: Path) -> None:
        self.place = place / "merged"
        self.env = {"PATH": BASE_PATH}
        self.user = "root"
        self.folder = "/"
        for name in ("upper", "work", "merged"):
            (place / name).mkdir(parents=True)
        options = f"lowerdir=/,upperdir={place}/upper,workdir={place}/work"
        _run("mount", "-t", "overlay", "overlay", "-o", options, str(self.place))
        for name in ("proc", "dev"):
            _run("mount", "--rbind", f"/{name}", str(self.place / name))
        _run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(self.place / "tmp"))
        self._make_base()

    def _make_base(self) -> None:
        """Have what the base image has: our Python under its name, for everybody."""
        library = f"lib/python{sys.version_info.major}.{sys.version_info.minor}"
        shutil.rmtree(self.place / "usr/local" / library, ignore_errors=True)
        for name, source in (("bin/python", "bin/python3"), (library, library)):
            (self.place / "usr/local" / name).unlink(missing_ok=True)
            (self.place / "usr/local" / name).symlink_to(Path(sys.base_prefix, source))
        (self.place / "root").chmod(0o755)
        for name in ("resolv.conf", "hosts"):
            target = self.place / "etc" / name
            target.unlink(missing_ok=True)
            target.write_text(Path("/etc", name).read_text())
        for name in ("app", "opt/venv"):
            shutil.rmtree(self.place / name, ignore_errors=True)

    def command(self, words: Sequence[str], env: Mapping[str, str]) -> list[str]:
        """Return the command line that runs a program inside, as the user and in the folder of now."""
        own = ("--clear-groups", "--no-new-privs", f"--reuid={self.user}", f"--regid={self.user}")
        pairs = [f"{name}={value}" for name, value in (self.env | dict(env)).items()]
        return ["chroot", str(self.place), "setpriv", *own, "env", "-i", "-C", self.folder, *pairs, *words]

    def run(self, words: Sequence[str], env: Mapping[str, str] | None = None) -> str:
        """Run a program inside and return what it printed. Raises CalledProcessError."""
        return _run(*self.command(words, env or {}))

    def build(self, script: str) -> None:
        """Run the script of a RUN instruction."""
        passed = {name: os.environ[name] for name in PASSED if name in os.environ}
        self.run(["sh", "-c", script], passed | {"HOME": "/root"})

    def inside(self, path: str) -> Path:
        """Return where a path of the image is on this machine."""
        return self.place / str(Path(self.folder, path)).lstrip("/")

    def can_change(self, folder: str) -> bool:
        """Whether the user of now may make a file there."""
        return subprocess.run(self.command(["test", "-w", folder], {}), check=False).returncode == 0


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout
