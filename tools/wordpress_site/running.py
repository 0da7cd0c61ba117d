"""Start WordPress with its own MariaDB on loopback, and end both by process number."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.debian import CannotInstall, find_program, need_programs
from tools.postgres import CannotStart

HERE = Path(__file__).resolve().parent
# Debian's package brings no program: its folder shows that it is there.
SOURCE = Path("/usr/share/wordpress")
PACKAGES = ["wordpress", "mariadb-server", "php-cli", "php-mysql", "php-gd"]
PROGRAMS = {"php": PACKAGES, "mariadbd": PACKAGES, "mariadb-install-db": PACKAGES}
DATABASE_USER = "mysql"
LONGEST_START_SECONDS = 60.0
LONGEST_END_SECONDS = 15.0
WORKERS = "4"


@dataclass(frozen=True)
class Person:
    """A user of the site, with an application password. `role`: as WordPress names it."""

    user: str
    name: str
    role: str
    app_password: str


@dataclass(frozen=True)
class Site:
    """A running site: its address and the people who are there."""

    address: str
    people: Sequence[Person]


@contextmanager
def running(port: int = 0) -> Iterator[Site]:
    """A fresh site; everything said there is gone when the block ends. `port`: 0 takes a free one.

    Raises CannotInstall, CannotStart.
    """
    need_programs(PROGRAMS)
    if not SOURCE.is_dir():
        raise CannotInstall(
            f"WordPress is missing. Install with: apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"
        )
    with tempfile.TemporaryDirectory(prefix="allmende-wordpress-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        port = port or _free_port()
        told = {
            **os.environ,
            "ALLMENDE_WORDPRESS_URL": f"http://127.0.0.1:{port}",
            "ALLMENDE_WORDPRESS_SOCKET": str(folder / "database.sock"),
            "PHP_CLI_SERVER_WORKERS": WORKERS,
        }
        with _mariadb(folder):
            root = _root(folder)
            people = _prepared(root, told)
            with _php(root, port, folder, told):
                yield Site(told["ALLMENDE_WORDPRESS_URL"], people)


@contextmanager
def proven() -> Iterator[Mapping[str, str]]:
    """The site for a test step: the environment that tells the tests where it is."""
    with running() as site:
        yield {"ALLMENDE_WORDPRESS": json.dumps(asdict(site))}


def _root(folder: Path) -> Path:
    """A copy of Debian's files with a configuration of our own; Debian's would want one below /etc."""
    root = folder / "site"
    # Its themes and plugins are links to where the administrator keeps them; a bare theme of ours needs none of them.
    shutil.copytree(
        SOURCE, root, symlinks=True, ignore=shutil.ignore_patterns("wp-config.php", "wp-content", ".htaccess")
    )
    theme = root / "wp-content" / "themes" / "bare"
    theme.mkdir(parents=True)
    (root / "wp-content" / "uploads").mkdir()
    (theme / "style.css").write_text("/* Theme Name: Bare */")
    (theme / "index.php").write_text(
        "<!doctype html><title><?php bloginfo('name'); ?></title><?php wp_head();"
        " while (have_posts()) { the_post(); the_title('<h1>', '</h1>'); the_content(); comments_template(); } wp_footer();"
    )
    (theme / "functions.php").write_text(
        "<?php add_theme_support('post-thumbnails'); add_theme_support('automatic-feed-links');"
    )
    shutil.copy(HERE / "config.php", root / "wp-config.php")
    return root


def _prepared(root: Path, told: Mapping[str, str]) -> list[Person]:
    done = subprocess.run(
        [_program("php"), HERE / "prepare.php", root], env=dict(told), capture_output=True, text=True, timeout=LONGEST_START_SECONDS
    )  # fmt: skip
    line = next((line for line in done.stdout.splitlines() if line.startswith('{"people"')), "")
    if done.returncode or not line:
        raise CannotStart(f"WordPress could not be set up. It said:\n{(done.stdout + done.stderr)[-2000:]}")
    return [Person(**one) for one in json.loads(line)["people"]]


@contextmanager
def _php(root: Path, port: int, folder: Path, told: Mapping[str, str]) -> Iterator[None]:
    log = folder / "php.log"
    with open(log, "w") as output:
        process = subprocess.Popen(
            [_program("php"), "-d", "upload_max_filesize=8M", "-d", "post_max_size=9M", "-S", f"127.0.0.1:{port}", "-t", root, HERE / "router.php"],
            env=dict(told), stdout=output, stderr=output, cwd=root, start_new_session=True,
        )  # fmt: skip
    try:
        _await(process, lambda: _answers(port), log, "WordPress")
        yield
    finally:
        # PHP's workers outlive the process that started them; they are its group, which is ours alone.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        _end(process)


@contextmanager
def _mariadb(folder: Path) -> Iterator[None]:
    """A MariaDB that listens on a socket in this folder only."""
    data, log = folder / "database", folder / "database.log"
    data.mkdir()
    user = []
    if os.geteuid() == 0:
        shutil.chown(data, DATABASE_USER, DATABASE_USER)
        folder.chmod(0o777)
        user = [f"--user={DATABASE_USER}"]
    made = subprocess.run(
        [_program("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db", *user],
        capture_output=True, text=True, timeout=LONGEST_START_SECONDS,
    )  # fmt: skip
    if made.returncode:
        raise CannotStart(f"MariaDB could not be set up. It said:\n{(made.stdout + made.stderr)[-2000:]}")
    begin = folder / "begin.sql"
    begin.write_text("CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4;\n")
    begin.chmod(0o644)
    with open(log, "w") as output:
        process = subprocess.Popen(
            [_program("mariadbd"), "--no-defaults", f"--datadir={data}", f"--socket={folder / 'database.sock'}", "--skip-networking",
             f"--pid-file={data / 'pid'}", f"--init-file={begin}", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", *user],
            stdout=output, stderr=output, cwd=folder, start_new_session=True,
        )  # fmt: skip
    try:
        _await(process, (folder / "database.sock").exists, log, "MariaDB")
        yield
    finally:
        process.terminate()
        _end(process)


def _await(process: subprocess.Popen[bytes], is_ready: Callable[[], bool], log: Path, name: str) -> None:
    end = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if is_ready():
            return
        time.sleep(0.1)
    raise CannotStart(f"{name} did not start. It said:\n{log.read_text(errors='replace')[-2000:]}")


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


def _program(name: str) -> str:
    return find_program(name) or name


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(LONGEST_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
