"""A real MariaDB server for tests, where the machine has one (Debian: apt-get install mariadb-server)."""

import getpass
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.waiting import until

PATIENCE_S = 90


def mariadb_installed() -> bool:
    """Whether there is a server's program on this machine."""
    return _program("mariadbd") is not None and shutil.which("mariadb-install-db") is not None


@dataclass
class MariaDB:
    """A running server in a temporary folder, on a free port of the loopback."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    port: int
    made: list[str] = field(default_factory=list)

    @classmethod
    def start(cls) -> "MariaDB":
        """Initialise and start; some seconds."""
        folder = Path(tempfile.mkdtemp(prefix="stewardmy"))
        user, data = getpass.getuser(), folder / "data"
        install = [
            "mariadb-install-db",
            f"--datadir={data}",
            f"--user={user}",
            "--auth-root-authentication-method=normal",
        ]
        subprocess.run([*install, "--skip-test-db", "--skip-name-resolve"], check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = [f"--datadir={data}", f"--user={user}", f"--port={port}", "--bind-address=127.0.0.1"]
        options += [f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}", "--skip-name-resolve"]
        options += [
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=16M",
            "--character-set-server=utf8mb4",
        ]
        program = _program("mariadbd") or "mariadbd"
        process = subprocess.Popen(
            [program, "--no-defaults", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        server = cls(folder, process, port)
        server._wait()
        return server

    def url(self, database: str = "", user: str = "root", password: str = "") -> URL:
        """The address of one of its databases."""
        return URL.create("mariadb+pymysql", user, password or None, "127.0.0.1", self.port, database or None)

    def execute(self, *statements: str, database: str = "") -> None:
        """Run statements as root."""
        engine = create_engine(self.url(database), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        engine = create_engine(self.url())
        until(lambda: _answers(engine) or self.process.poll() is not None, "MariaDB did not start", every_s=0.1)
        assert self.process.poll() is None, "MariaDB ended"
        engine.dispose()


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except OperationalError:
        return False
    return True


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/libexec")
