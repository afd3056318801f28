"""Runs a PostgreSQL server for as long as somebody uses it.

A program of its own (`python -I -S keeper.py USERS_LOCK UID GID COMMAND...`) in a session of its own. Every
user of the cluster holds a shared lock on USERS_LOCK; the kernel drops it however the user ends, SIGKILL
included. So the keeper gets the exclusive lock when the last user has gone, and stops the server then.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1
PATIENCE = 20.0  # Seconds for a fast shutdown before an immediate one.


def main(users_lock: str, uid: str, gid: str, *command: str) -> int:
    """Run the server until it ends; returns its exit status."""
    os.setsid()  # A Ctrl-C in the terminal is not for the server.
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def die_with_keeper() -> None:
        # After the change of account, which would have cleared it.
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)

    become = {} if int(uid) == os.geteuid() else {"user": int(uid), "group": int(gid), "extra_groups": []}
    # The server and all its processes inherit the lock that says "a server runs on these data".
    server = subprocess.Popen(command, close_fds=False, cwd="/", preexec_fn=die_with_keeper, **become)  # type: ignore[call-overload]
    threading.Thread(target=stop_when_unused, args=(users_lock, server), daemon=True).start()
    return int(server.wait())


def stop_when_unused(users_lock: str, server: "subprocess.Popen[bytes]") -> None:
    """Wait for the last user to go, then ask for a fast shutdown, and insist on an immediate one."""
    with open(users_lock) as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        server.send_signal(signal.SIGINT)
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)
            server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
