"""Starting what compose.yml says in a network of its own, with this machine's PostgreSQL, Redis and Caddy."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Any

from runner.postgres.binaries import candidates
from tests.deploy.dockerfile import read_command, read_stages
from tests.deploy.roots import Root

DATA_OF_CADDY = "/tmp"  # Inside the image, whose compose.yml has it in memory.
PATIENCE_SECONDS = 90
ONE_SHOT = "no"
NOTHING: Mapping[str, str] = MappingProxyType({})


class Stack(ExitStack):
    """The services that run; leaving it ends them."""

    def __init__(self, image: Root, services: dict[str, dict[str, Any]]) -> None:
        super().__init__()
        self.image = image
        self.services = services
        self.folder = Path(self.enter_context(tempfile.TemporaryDirectory(prefix="billing-stack-")))
        self.folder.chmod(0o755)
        with image.inside("/etc/hosts").open("a") as hosts:  # As the engine's name server would.
            hosts.write(f"127.0.0.1 {' '.join(services)}\n")

    def start(self) -> None:
        """Start every service that has no profile, those first that others wait for."""
        started: set[str] = set()
        while waiting := [name for name in self._find_usual() if name not in started]:
            ready = [name for name in waiting if set(self.services[name].get("depends_on", ())) <= started]
            for name in ready:
                self._start(name)
                started.add(name)

    def run(self, name: str, *words: str) -> str:
        """Run a command in the container of a service, as `docker compose run` does."""
        return self.image.run(words, self.services[name]["environment"])

    def warn(self, name: str, *words: str) -> str:
        """Run a command and return what it printed on standard error."""
        command = self.image.command(words, self.services[name]["environment"])
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr

    def read_log(self, name: str) -> str:
        """Return what a service wrote."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _find_usual(self) -> list[str]:
        return [name for name, service in self.services.items() if "profiles" not in service]

    def _start(self, name: str) -> None:
        service = self.services[name]
        if service.get("restart") == ONE_SHOT:
            self.run(name, *service["command"])
            return
        prepare: dict[str, Callable[[], list[str]]] = {"db": self._make_cluster, "caddy": self._find_caddy}
        if name in prepare:
            self._spawn(name, prepare[name]())
        elif "build" in service:
            self._spawn(name, self.image.command(service["command"], service["environment"]))
        else:
            self._spawn(name, service["command"], service.get("environment", {}))
        self._wait(name)

    def _spawn(self, name: str, words: list[str], env: Mapping[str, str] = NOTHING) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(words, env=os.environ | env, stdout=log, stderr=log, cwd=self.folder)
        self.callback(process.wait, 60)
        self.callback(process.terminate)

    def _make_cluster(self) -> list[str]:
        """Do what the entry point of PostgreSQL's image does, and return its command."""
        programs = next(folder for folder in candidates() if folder.is_relative_to("/usr"))
        given, data = self.services["db"]["environment"], self.folder / "data"
        (password := self.folder / "password").write_text(given["POSTGRES_PASSWORD"])
        data.mkdir()
        for path in (data, password):
            shutil.chown(path, "nobody", "nogroup")
        become = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        first = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password}", "--no-sync"]
        subprocess.run(
            [*become, programs / "initdb", "-D", data, *first], check=True, stdout=subprocess.DEVNULL, cwd="/"
        )
        single = [*become, programs / "postgres", "--single", "-D", data, "postgres"]
        make = f"CREATE DATABASE {given['POSTGRES_DB']}\n"
        subprocess.run(single, input=make, text=True, check=True, stdout=subprocess.DEVNULL, cwd="/")
        return [*become, str(programs / "postgres"), "-D", str(data), "-k", "", "-c", "fsync=off"]

    def _find_caddy(self) -> list[str]:
        """Run Caddy inside the image, where the names of the services are known."""
        program = shutil.which("caddy")
        assert program, "Caddy is not on this machine (Debian: apt-get install caddy)"
        file = self.image.inside("/tmp/Caddyfile")
        shutil.copy(self.services["caddy"]["volumes"][0].partition(":")[0].removeprefix("./"), file)
        env = [f"{name}={value}" for name, value in self.services["caddy"]["environment"].items()]
        words = [program, "run", "--config", "/tmp/Caddyfile", "--adapter", "caddyfile"]
        env += [f"XDG_DATA_HOME={DATA_OF_CADDY}", "HOME=/tmp"]
        return ["chroot", str(self.image.place), "env", "-i", *env, *words]

    def _wait(self, name: str) -> None:
        """Run the health check of a service until it is well; those without one are well at once."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._is_well(name):
            assert time.monotonic() < deadline, f"{name} is not well: {self.read_log(name)[-3000:]}"
            time.sleep(0.5)

    def _is_well(self, name: str) -> bool:
        service = self.services[name]
        check = service.get("healthcheck", {})
        if check.get("disable") or ("build" not in service and not check):
            return True
        words, env = check.get("test", ["CMD"])[1:], service["environment"]
        if "build" in service:
            words = self.image.command(read_command(read_stages()[-1].find("HEALTHCHECK")[0]), env)
        return subprocess.run(words, env=os.environ | env, capture_output=True, check=False).returncode == 0
