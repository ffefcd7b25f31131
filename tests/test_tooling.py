"""The embedded server, the launcher and the scripts, each started for real."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from config import postgres, serve

ROOT = postgres.BASE_DIR
IS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that PostgreSQL's user may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="sidelight-test-", dir="/tmp") as made:
        Path(made).chmod(0o711)
        yield Path(made)


@pytest.fixture
def server(folder: Path) -> Iterator[postgres.Server]:
    made = postgres.Server(folder / "postgres", postgres.FORGETFUL)
    yield made
    made.stop()


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def remember(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE memory AS SELECT %s::text AS word", [word])


def recall(url: str) -> list[tuple[object, ...]]:
    return ask(url, "SELECT word FROM memory")


def postmaster(server: postgres.Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


class TestEmbeddedServer:
    def test_keeps_its_data_from_one_start_to_the_next(self, server):
        with postgres.running(server) as url:
            remember(url, "kept")
        assert not server.is_listening()
        with postgres.running(server) as url:
            assert recall(url) == [("kept",)]

    def test_is_durable_unless_told_otherwise(self, folder):
        with postgres.running(postgres.Server(folder / "postgres")) as url:
            assert ask(url, "SELECT current_setting('fsync'), current_setting('synchronous_commit')") == [
                ("on", "on")
            ]

    def test_starts_after_a_crash_although_a_stranger_has_its_process_number(self, folder):
        server = postgres.Server(folder / "postgres")
        server.start()
        remember(server.url, "kept")
        crashed = postmaster(server)
        os.kill(crashed, signal.SIGKILL)
        while server.is_listening():
            time.sleep(0.05)
        pid_file = server.data / "postmaster.pid"
        pid_file.write_text(pid_file.read_text().replace(str(crashed), str(os.getppid()), 1))
        with postgres.running(server) as url:
            assert recall(url) == [("kept",)]

    def test_answers_in_a_folder_whose_path_is_too_long_for_a_socket(self, folder):
        deep = folder / ("long" * 20) / ("path" * 20)
        deep.mkdir(parents=True)
        with postgres.running(postgres.Server(deep / "postgres", postgres.FORGETFUL)) as url:
            assert ask(url, "SELECT 1") == [(1,)]
            assert "long" not in url
        assert not postgres.Server(deep / "postgres").socket_dir.exists()

    def test_is_stopped_only_by_whoever_started_it(self, server):
        with postgres.running(server) as url:
            with postgres.running(server) as borrowed:
                assert borrowed == url
            assert ask(url, "SELECT 1") == [(1,)]
        assert not server.is_listening()

    def test_a_server_that_lost_its_owner_is_taken_over(self, server):
        server.start()
        with postgres.running(server) as url:
            assert ask(url, "SELECT 1") == [(1,)]
        assert not server.is_listening()

    def test_its_data_is_not_removed_while_it_runs(self, server):
        with postgres.running(server), pytest.raises(postgres.PostgresError, match="stop it first"):
            postgres.remove(server)
        postgres.remove(server)
        assert not server.data.exists()

    def test_data_of_another_major_version_is_refused_in_words(self, server):
        server.data.mkdir()
        (server.data / "PG_VERSION").write_text("16\n")
        with pytest.raises(postgres.PostgresError, match="was made by PostgreSQL 16, not 18"):
            server.start()

    def test_nobody_else_may_enter_its_folder(self, server):
        server.start()
        assert server.socket_dir.stat().st_mode & 0o077 == 0

    @pytest.mark.skipif(not IS_ROOT, reason="only root's server runs as another user")
    def test_roots_data_moves_to_var_lib_rather_than_open_a_closed_folder(self, folder):
        folder.chmod(0o700)
        assert postgres.server(folder / "var").data.is_relative_to("/var/lib/sidelight")
        assert folder.stat().st_mode & 0o077 == 0


def throwaway(*command: str, database: str = "") -> subprocess.Popen[str]:
    """Starts `command` with a throw-away server, as a shell without a terminal would."""
    return subprocess.Popen(
        [sys.executable, "-m", "config.postgres", "throwaway", "--", *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def data_folder(url: str) -> Path:
    return Path(url.strip().split("host=")[1])


class TestThrowaway:
    def test_gives_the_command_a_database_and_passes_on_its_exit_status(self):
        run = throwaway("sh", "-c", "echo $DATABASE_URL; exit 3")
        said, _ = run.communicate(timeout=60)
        assert run.returncode == 3
        assert not data_folder(said).parent.exists()

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_leaves_nothing_behind_when_it_is_interrupted(self, number):
        run = throwaway("sh", "-c", "echo $DATABASE_URL; exec sleep 60")
        assert run.stdout
        data = data_folder(run.stdout.readline())
        server = postmaster(postgres.Server(data))
        run.send_signal(number)
        assert run.wait(30) == 128 + number
        assert not data.parent.exists()
        assert not _runs(server)

    def test_only_runs_the_command_where_a_database_is_set(self):
        run = throwaway("sh", "-c", "echo $DATABASE_URL", database="postgresql://elsewhere/it")
        assert run.communicate(timeout=30)[0] == "postgresql://elsewhere/it\n"


def _runs(pid: int) -> bool:
    """Whether the process does anything still; one that only waits to be counted by its parent does not."""
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


class TestLauncher:
    def test_a_taken_port_is_told_in_one_sentence(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            run = subprocess.run(
                [sys.executable, "-m", "config.serve"],
                cwd=ROOT,
                env={**os.environ, "PORT": port},
                capture_output=True,
                text=True,
                timeout=30,
            )
        assert run.returncode == 1
        assert run.stdout.startswith(f"Port {port} cannot be used")
        assert run.stderr == ""

    @pytest.mark.parametrize("port", ["", "http", "0", "65536", "²"])
    def test_a_port_that_is_no_port_is_refused(self, port):
        with pytest.raises(serve.PortTaken, match="must be a number"):
            serve.refuse_taken_port(port)

    def test_a_child_that_dies_is_started_again(self, capsys, monkeypatch):
        monkeypatch.setattr(serve, "PAUSE_BEFORE_RESTART", 0)
        child = serve.Child("worker", ["sleep", "60"])
        child.start()
        first = child.process
        assert first
        first.kill()
        first.wait()
        child.start_again_if_dead()
        assert child.process
        assert child.process is not first
        assert child.process.poll() is None
        assert "The worker ended with status -9; starting it again." in capsys.readouterr().out
        child.stop()
        assert child.process.poll() is not None


class TestPythonForSidelight:
    SCRIPT = ROOT / "bin" / "python-for-sidelight"

    @staticmethod
    def _fake(folder: Path, name: str, body: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)

    def _run(self, path: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([self.SCRIPT], env={"PATH": str(path)}, capture_output=True, text=True)

    def test_a_python_that_is_too_old_is_answered_with_what_to_install(self, folder):
        self._fake(folder, "python3", '[ "$1" = --version ] && echo Python 3.11.2 || exit 1')
        run = self._run(folder)
        assert run.returncode == 1
        assert run.stdout == ""
        assert "needs Python 3.12 or newer" in run.stderr
        assert "Python 3.11.2" in run.stderr
        assert run.stderr.count("\n") == 1

    def test_a_machine_without_python_is_answered_too(self, folder):
        assert "this machine offers no Python" in self._run(folder).stderr

    def test_a_shim_that_fails_is_passed_over(self, folder):
        self._fake(folder, "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
        self._fake(folder, "python3", f'exec {sys.executable} "$@"')
        assert Path(self._run(folder).stdout.strip()).samefile(sys.executable)


def test_the_network_ends_at_loopback():
    with pytest.raises(AssertionError, match="only loopback is open"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.parametrize("unit", sorted((ROOT / "deploy").glob("*.service")), ids=lambda unit: unit.stem)
def test_systemd_gives_up_on_nothing(unit):
    """What Requires= a unit that failed is not tried again, whatever its Restart= says."""
    told = unit.read_text()
    assert "\nStartLimitIntervalSec=0\n" in told
    assert not re.search(r"^(Requires|Requisite|BindsTo)=", told, re.MULTILINE)
