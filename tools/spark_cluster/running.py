"""Start a Spark master with two workers on loopback, small ones, and end each by its process number."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tools.environment import ROOT
from tools.postgres import CannotStart
from tools.spark_cluster.install import install

WORKERS = 2
LONGEST_START_SECONDS = 600.0
LONGEST_END_SECONDS = 20.0
_REGISTERED = "Registering worker"

# A table of a few thousand rows is worth no compiled code, and two pieces are enough.
_DEFAULTS = """
spark.driver.memory 700m
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.executor.memory 512m
spark.executor.cores 1
spark.ui.enabled false
spark.sql.shuffle.partitions 2
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
"""
_QUIET = """
rootLogger.level = {level}
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %m%n
"""


@contextmanager
def running() -> Iterator[Mapping[str, str]]:
    """A fresh cluster: its address, and the environment a program needs to count on it. Raises CannotInstall, CannotStart."""
    packages = install()
    with (
        tempfile.TemporaryDirectory(prefix="allmende-spark-", ignore_cleanup_errors=True) as name,
        ExitStack() as stack,
    ):
        scratch = Path(name)
        quiet = _settings(scratch / "driver", "ERROR")
        environment = {
            "SPARK_HOME": str(packages / "pyspark"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_CONF_DIR": str(_settings(scratch / "cluster", "INFO")),
        }
        master = f"spark://127.0.0.1:{_free_port()}"
        address = master.removeprefix("spark://").split(":")
        started = [
            _started(
                stack, environment, scratch / "master", "master.Master", "--host", address[0], "--port", address[1]
            )
        ]
        for number in range(WORKERS):
            place = scratch / f"worker{number}"
            options = ["--host", "127.0.0.1", "--cores", "1", "--memory", "640m", "--work-dir", str(place)]
            started.append(_started(stack, environment, place, "worker.Worker", *options, master))
        _wait(scratch / "master.log", started)
        more = f"{ROOT}{os.pathsep}{packages}"
        yield {**environment, "SPARK_CONF_DIR": str(quiet), "PYTHONPATH": more, "ALLMENDE_SPARK": master}


def _settings(folder: Path, level: str) -> Path:
    folder.mkdir()
    (folder / "spark-defaults.conf").write_text(_DEFAULTS)
    (folder / "log4j2.properties").write_text(_QUIET.format(level=level))
    return folder


def _started(
    stack: ExitStack, environment: Mapping[str, str], place: Path, what: str, *options: str
) -> subprocess.Popen[bytes]:
    program = Path(environment["SPARK_HOME"]) / "bin" / "spark-class"
    command = [str(program), f"org.apache.spark.deploy.{what}", *options, "--webui-port", "0"]
    small = {**os.environ, **environment, "SPARK_DAEMON_MEMORY": "200m"}
    with open(place.with_suffix(".log"), "w") as output:
        process = subprocess.Popen(
            command, env=small, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(LONGEST_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(log: Path, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Until the master knows both workers."""
    end = time.monotonic() + LONGEST_START_SECONDS
    while log.read_text().count(_REGISTERED) < WORKERS:
        if any(process.poll() is not None for process in processes) or time.monotonic() > end:
            said = "\n".join(path.read_text()[-1500:] for path in sorted(log.parent.glob("*.log")))
            raise CannotStart(f"Spark did not start. It said:\n{said}")
        time.sleep(0.5)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
