"""How long visitors wait for home, search and a match, when several come at once.

    python -m benchmarks.pages [--services N] [--clients 8] [--workers 2] [--requests 400]

Starts `directory start` with so many workers on a synthetic catalogue of its own, on this machine; the clients are
threads here, so they share its processors. A match is the form sent and the answer page read, redirect included.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.instance import filled, indexed, opened
from benchmarks.synthetic import needs
from benchmarks.tables import at, table

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PATIENCE = 120.0


class Visitor:
    """One browser: its cookies, and the token of the form on the home page."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        token = _TOKEN.search(self.get("/"))
        if token is None:
            raise RuntimeError("the home page has no form to send")
        self._token = token[1]

    def get(self, address: str) -> str:
        status, _, page = self._ask("GET", address)
        if status != http.HTTPStatus.OK:
            raise RuntimeError(f"{address}: {status}")
        return page

    def home(self) -> None:
        self.get("/")

    def search(self, text: str) -> None:
        self.get(f"/search?{urlencode({'q': text})}")

    def match(self, text: str) -> None:
        sent = urlencode({"csrf_token": self._token, "text": text, "area": "", "budget": "", "category": ""})
        status, address, page = self._ask("POST", "/match", sent)
        if status != http.HTTPStatus.SEE_OTHER:
            raise RuntimeError(f"/match: {status} {page[:200]}")
        self.get(address)

    def _ask(self, method: str, address: str, sent: str | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if sent is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        connection.request(method, address, sent, headers)
        response = connection.getresponse()
        page = response.read().decode()
        connection.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return response.status, response.headers.get("Location", ""), page


@contextmanager
def served(instance: Path, workers: int) -> Iterator[int]:
    """The port of a server on this instance, running until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")}
    environ |= {"DIRECTORY_INSTANCE": str(instance), "DIRECTORY_RATE_LIMIT": "1000000 per minute"}
    words = [sys.executable, "-m", "directory", "start", "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        _await(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _await(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            Visitor(port)
        except ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def waited(visits: Sequence[Callable[[], object]], clients: int) -> tuple[list[float], float]:
    """Milliseconds of each visit with so many clients in parallel, and how many visits a second."""

    def timed(visit: Callable[[], object]) -> float:
        started = time.perf_counter()
        visit()
        return 1000 * (time.perf_counter() - started)

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as crowd:
        taken = list(crowd.map(timed, visits))
    return taken, len(visits) / (time.perf_counter() - started)


def main() -> None:
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for option, default in (("services", 2_000), ("clients", 8), ("workers", 2), ("requests", 400)):
        parser.add_argument(f"--{option}", type=int, default=default)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as name:
        instance = Path(name)
        filled(instance, given.services)
        indexed(instance)
        with opened(instance):
            texts = [text for text, _ in needs(given.requests)]
        with served(instance, given.workers) as port:
            crowd = [Visitor(port) for _ in range(given.clients)]
            pages: Mapping[str, Callable[[Visitor, str], None]] = {
                "home": lambda visitor, _text: visitor.home(),
                "search": lambda visitor, text: visitor.search(text[:4]),
                "match": Visitor.match,
            }
            rows = []
            for page, visit in pages.items():
                visits = [partial(visit, crowd[n % len(crowd)], text) for n, text in enumerate(texts)]
                waited(visits[: 4 * given.clients], given.clients)  # until each worker has read what it keeps
                taken, rate = waited(visits, given.clients)
                rows.append([page, f"{at(50, taken):.0f}", f"{at(95, taken):.0f}", f"{max(taken):.0f}", f"{rate:.0f}"])
    print(
        f"{given.services:,} services, {given.workers} workers, {given.clients} clients, {given.requests} visits each"
    )
    print(table(["page", "p50 ms", "p95 ms", "longest ms", "visits/s"], rows))


if __name__ == "__main__":
    main()
