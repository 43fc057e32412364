"""Starts the emulators that a benchmark compares, each on a free port, and ends them again.

A peer is named on the command line with the Python that has it installed:
  --ministack  PATH   python of an environment with `ministack[full]`
  --localstack PATH   python (3.13) of an environment with `localstack-core[runtime]`
  --fauxqs COMMAND    a Node of 22 or later and the cli.js of `fauxqs`
"""

import argparse
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Unsigned calls of "/" are for S3 under this name.
LOCALSTACK_HOST = "s3.localhost.localstack.cloud"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A started emulator: its endpoint, its process and the seconds until its first real answer."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], port: int, folder: str, host: str = LOCALSTACK_HOST):
        self.name, self.endpoint, self.folder = name, f"http://127.0.0.1:{port}", folder
        self.log = open(os.path.join(folder, "server.log"), "wb")
        began = time.perf_counter()
        self.process = subprocess.Popen(
            command, env={**os.environ, **env}, cwd=folder, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True
        )
        self.first_answer_s = self._wait(began, host)

    def _wait(self, began: float, host: str) -> float:
        while time.perf_counter() - began < 120:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended while starting: see {self.folder}/server.log")
            try:
                # S3's list of buckets is a real answer; health pages answer before the services do.
                request = urllib.request.Request(self.endpoint + "/", headers={"Host": host})
                with urllib.request.urlopen(request, timeout=5) as response:
                    if response.status == 200:
                        return time.perf_counter() - began
            except OSError:
                pass
            time.sleep(0.02)
        raise SystemExit(f"{self.name} did not answer within 120 s: see {self.folder}/server.log")

    def rss_mb(self) -> float:
        """Resident memory of the server and everything it started, MB."""
        total, wanted = 0, {self.process.pid}
        parents = {}
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                except OSError:
                    pass
        grew = True
        while grew:
            more = {pid for pid, parent in parents.items() if parent in wanted} - wanted
            wanted |= more
            grew = bool(more)
        for pid in wanted:
            try:
                for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                    if line.startswith("VmRSS:"):
                        total += int(line.split()[1])
            except OSError:
                pass
        return total / 1024

    def stop(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(15)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def cosmicai(limits: str = "none") -> Server:
    port, folder = free_port(), tempfile.mkdtemp(prefix="bench-cosmicai-")
    command = ["node", str(ROOT / "harness/cli/bin.mjs"), "up", "--port", str(port), "--state", folder + "/state", "--limits", limits]
    return Server("cosmicai", command, {}, port, folder)


def ministack(python: str) -> Server:
    port, folder = free_port(), tempfile.mkdtemp(prefix="bench-ministack-")
    env = {"GATEWAY_PORT": str(port), "LAMBDA_EXECUTOR": "local", "PYTHONUNBUFFERED": "1"}
    return Server("MiniStack", [python, "-m", "ministack"], env, port, folder)


def localstack(python: str) -> Server:
    port, folder = free_port(), tempfile.mkdtemp(prefix="bench-localstack-")
    env = {
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "SERVICES": "s3,stepfunctions,lambda,logs,iam,sts",
        "STATIC_CACHE_DIR": folder,
    }
    return Server("LocalStack", [python, "-m", "localstack.runtime.main"], env, port, folder)


def fauxqs(command: str) -> Server:
    """`command` is the Node that runs it and its cli.js."""
    port, folder = free_port(), tempfile.mkdtemp(prefix="bench-fauxqs-")
    return Server("fauxqs", command.split(), {"FAUXQS_PORT": str(port), "FAUXQS_LOGGER": "false"}, port, folder, host="127.0.0.1")


PEERS = {"ministack": ministack, "localstack": localstack, "fauxqs": fauxqs}

# Of a row: its name, its unit, whether larger is better.
Row = tuple[str, str, bool]


def compare(
    description: str | None,
    rows: list[Row],
    measure: Callable[[Server], dict[str, float | str]],
    peers: tuple[str, ...],
    own: Callable[[], Server] = cosmicai,
) -> None:
    """A benchmark's main: starts this emulator and those named on the command line, one after another, and prints a table."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for peer in peers:
        parser.add_argument(f"--{peer}")
    options = vars(parser.parse_args())
    starts = [own] + [lambda peer=peer: PEERS[peer](options[peer]) for peer in peers if options[peer]]
    results: dict[str, dict[str, float | str]] = {}
    for start in starts:
        server = start()
        try:
            results[server.name] = measure(server)
        finally:
            server.stop()
    names = list(results)
    print(table([(name, unit, {s: results[s].get(name) for s in names}, larger) for name, unit, larger in rows], names))


def table(rows: list[tuple[str, str, dict[str, float | None], bool]], names: list[str]) -> str:
    """Markdown: one row a measure (name, unit, value by server, larger is better), ratios to the first server."""
    lines = ["| measure | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for measure, unit, values, larger_is_better in rows:
        own = values.get(names[0])
        cells = []
        for name in names:
            value = values.get(name)
            if value is None:
                cells.append("not offered")
                continue
            if isinstance(value, str):
                cells.append(value)
                continue
            text = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
            if name != names[0] and own and value:
                ratio = own / value if larger_is_better else value / own
                text += f" ({ratio:.3g}x)"
            cells.append(text)
        lines.append(f"| {measure}{', ' + unit if unit else ''} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
