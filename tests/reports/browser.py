"""A headless Chromium for tests, spoken to through a pipe: what it shows, what it asks for, what axe-core finds.

Neither is part of the project: without a browser, or without axe-core, a test says what is missing and is skipped.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
NO_BROWSER = "no Chromium on the path (Debian: apt-get install chromium)"
NO_AXE = "no axe-core (npm install --prefix build axe-core, or name axe.min.js in AXE_CORE)"
SECONDS = 60
LAUNCH = """import fcntl, os, sys
read, write = (fcntl.fcntl(int(fd), fcntl.F_DUPFD, 10) for fd in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])"""  # the browser reads from the one and writes to the other
RUN_AXE = """axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values:
 ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}, rules: {'target-size': {enabled: true}}})
 .then(found => JSON.stringify(found.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 200),
 v.nodes[0].failureSummary])))"""


@cache
def browser_path() -> str | None:
    """The browser that is installed, if there is one that starts."""
    found = [path for name in NAMES if (path := shutil.which(name))]
    return next((path for path in found if _starts(path)), None)


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def axe_source() -> str | None:
    """The text of axe-core, if it is installed."""
    named = os.environ.get("AXE_CORE")
    places = (
        [Path(named)]
        if named
        else [ROOT / top / "node_modules/axe-core/axe.min.js" for top in ("build", ".")]
    )
    return next((place.read_text("utf-8") for place in places if place.is_file()), None)


class Page:
    """One tab. Messages go to and fro as JSON, each ended by a zero byte."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._left, self._last, self._session = b"", 0, ""
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> Any:
        """The result of one command."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._last:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            more = os.read(self._answers, 1 << 20)
            assert more, "the browser has ended"
            self._left += more
        line, _, self._left = self._left.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, method: str, told: dict[str, Any]) -> None:
        match method:
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(told["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(told["exceptionDetails"]["text"])

    def look(self, width: int, dark: bool = False, media: str = "screen") -> None:
        """Show the page in a window so wide, by day or by night."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media=media, features=[scheme])
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.send("Emulation.setDeviceMetricsOverride", **size)

    def open(self, path: Path) -> None:
        """Load a file; returns when it is drawn."""
        self.requests.clear()
        self.complaints.clear()
        self.send("Page.navigate", url=path.resolve().as_uri())
        end = time.monotonic() + SECONDS
        while self.run("document.readyState + document.fonts.status") != "completeloaded":
            assert time.monotonic() < end, "the page did not load"
            time.sleep(0.05)

    def run(self, script: str) -> Any:
        """The value of an expression in the page; the page's policy does not bind us."""
        found = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key and let go of it."""
        for kind in ("rawKeyDown", "keyUp"):
            code = {"Tab": 9, "Enter": 13}[key]
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def violations(self, axe: str) -> list[Any]:
        """What axe-core has to say against the page as it is shown now."""
        if not self.run("typeof axe === 'object'"):
            self.run(axe + "; 0")
        found: list[Any] = json.loads(self.run(RUN_AXE))
        return found

    def picture(self, clip: dict[str, float] | None = None) -> bytes:
        """What is shown, as PNG; with `clip`, that part of the page."""
        more = {"clip": clip | {"scale": 1}, "captureBeyondViewport": True} if clip else {}
        return base64.b64decode(self.send("Page.captureScreenshot", format="png", **more)["data"])

    def paper(self) -> bytes:
        """The page as it is printed, as PDF."""
        return base64.b64decode(
            self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
        )


@contextmanager
def page() -> Iterator[Page]:
    """A tab of a browser of our own, with no profile and no network."""
    path = browser_path()
    assert path is not None, NO_BROWSER
    (from_us, to_us), (their_in, their_out) = _pipes()
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        command = [
            path,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
        ]
        more = ["--disable-background-networking", "--remote-debugging-pipe", f"--user-data-dir={profile}"]
        running = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, str(their_in), str(their_out), *command, *more],
            pass_fds=(their_in, their_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_in)
        os.close(their_out)
        try:
            yield Page(from_us, to_us)
        finally:
            os.close(from_us)  # it ends when nobody speaks to it
            os.close(to_us)
            try:
                running.wait(5)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def _pipes() -> tuple[tuple[int, int], tuple[int, int]]:
    """Our ends of two pipes (to write to, to read from), and the browser's (to read from, to write to)."""
    their_in, from_us = os.pipe()
    to_us, their_out = os.pipe()
    return (from_us, to_us), (their_in, their_out)
