"""How long a screen makes a person wait, in a real browser.

    python -m benchmarks.screens [--data var] [--seeds 5] [--seconds 60] [--json]

Maps: seconds from a click on a button until the map is drawn, the server having made it before and the browser being
new to it: 18 townships with 3,000 cases, ours against streamlit-folium with its map kept on the server; and 1,400
areas with 20,000 cases, ours alone. The peer fetches Leaflet from the internet: here it is given it at once, from
this disk. Again: seconds and bytes on the web socket of a rerun with the map on the page. Pan: milliseconds from a
step of a drag to the frame that shows it, and from letting go until all is drawn anew.
Pages: bytes on the web socket of a rerun of each page of ``--data``, and requests to anybody else.
``--seeds`` is how often each map is opened, ``--seconds`` how long a page may take.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, Route, WebSocket, sync_playwright

from benchmarks.load import CHIEF, REGION, reachable
from planner.bootstrap import open_context
from planner.settings import read_settings
from planner.ui.shell import SECTIONS
from planner.usecases.users import add_demo_users

CHROMIUM, FLAGS = "/usr/bin/chromium", ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
LEAFLET = Path("planner/files/vendor/leaflet")
COUNTY, PROVINCE = (0, 3_000), (1_400, 20_000)
"""Areas (0: the region's own) and cases."""

FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
LISTEN = """() => {
    window.waits = [];
    const frame = (at) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => window.waits.push(performance.now() - at);
        channel.port2.postMessage(0);
    });
    for (const kind of ["mousemove", "mouseup"]) addEventListener(kind, () => frame(performance.now()), true);
}"""


@dataclass(frozen=True)
class Shown:
    """Seconds (median), bytes, milliseconds."""

    map: str
    by: str
    drawn_s: float
    worst_s: float
    again_s: float
    again_bytes: int
    pan_p50_ms: float
    pan_p95_ms: float
    let_go_ms: float


@dataclass(frozen=True)
class Drawn:
    page: str
    first_bytes: int
    again_bytes: int
    again_s: float
    elsewhere: int


@contextmanager
def served(app: str, environment: dict[str, str], log: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port)]
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=os.environ | environment, stdout=out, stderr=out)
        try:
            reachable(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


class Wire:
    """Bytes that came over the page's web sockets."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        page.on("websocket", self._count)

    def _count(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._add)

    def _add(self, frame: str | bytes) -> None:
        self.bytes += len(frame)


def signed_in(browser: Browser, address: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    if not context.request.post(f"{address}/login", form={"name": CHIEF}, headers={"Origin": address}).ok:
        raise SystemExit("nobody was let in")
    return context


def with_leaflet(browser: Browser, address: str) -> BrowserContext:
    """A browser in which the internet has Leaflet and nothing else."""

    def given(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        file = LEAFLET / name
        kind = "text/css" if name.endswith("css") else "text/javascript"
        route.fulfill(body=file.read_bytes() if file.exists() else b"", content_type=kind)

    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.route(lambda url: not url.startswith((address, address.replace("http", "ws"), "data:", "blob:")), given)
    return context


def quiet(page: Page, patience: float) -> None:
    page.get_by_test_id("stStatusWidget").wait_for(state="detached", timeout=patience)
    page.wait_for_timeout(150)
    page.get_by_test_id("stStatusWidget").wait_for(state="detached", timeout=patience)


def until_drawn(page: Page, seconds: float) -> bool:
    """Whether a map came to hold something. Asked from here: a frame out of sight does not wake to wait for it."""
    until = time.monotonic() + seconds
    while not any(frame.locator(".leaflet-overlay-pane > *").count() for frame in page.frames):
        if time.monotonic() > until:
            return False
        page.wait_for_timeout(20)
    return True


def shown(browser: Browser, address: str, which: tuple[int, int], ours: bool, given: argparse.Namespace) -> Shown:
    seconds, again, waits, patience = [], [], [float("nan")] * 2, 1000.0 * given.seconds
    for turn in range(given.seeds + 1):  # the first makes the map on the server
        context = signed_in(browser, address) if ours else with_leaflet(browser, address)
        page = context.new_page()
        wire = Wire(page)
        page.goto(f"{address}/?areas={which[0]}&cases={which[1]}")
        page.get_by_role("button", name="show").wait_for(timeout=patience)
        quiet(page, patience)
        began = time.perf_counter()
        page.get_by_role("button", name="show").click()
        if not until_drawn(page, given.seconds):
            seconds.append(float("inf"))  # the peer's scripts come in any order, and some openings stay empty
            context.close()
            continue
        page.evaluate(FRAMES)
        if turn:
            seconds.append(time.perf_counter() - began)
        quiet(page, patience)
        before, began = wire.bytes, time.perf_counter()
        page.get_by_role("button", name="again").click()
        page.wait_for_timeout(100)
        quiet(page, patience)
        again.append((time.perf_counter() - began, wire.bytes - before))
        waits = pan(page, ours) if turn == given.seeds else waits
        context.close()
    name = f"{which[0] or 18} areas, {which[1]} cases"
    took, came = np.median(np.array(again[1:] or [(np.nan, 0)]), axis=0)
    moves = np.array(waits[:-1])
    return Shown(
        name, "ours" if ours else "streamlit-folium", round(float(np.median(seconds)), 2), round(max(seconds), 2),
        round(float(took), 2), int(came), round(float(np.median(moves)), 1), round(float(np.quantile(moves, 0.95)), 1),
        round(waits[-1], 1),
    )  # fmt: skip


def pan(page: Page, ours: bool) -> list[float]:
    """Milliseconds of 30 steps of a drag, and of letting go."""
    frame = page.main_frame if ours else page.frames[-1]
    box = page.locator(".live" if ours else "iframe").first.bounding_box()
    if box is None:
        raise SystemExit("no map")
    frame.evaluate(LISTEN)
    x, y = box["x"] + box["width"] / 2, box["y"] + min(box["height"], 400) / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(x - 4 * step, y + 2 * step)
        page.wait_for_timeout(30)
    page.mouse.up()
    page.wait_for_timeout(1500)
    waits: list[float] = frame.evaluate("window.waits")
    return waits


def drawn(browser: Browser, address: str, names: list[str], patience: float) -> list[Drawn]:
    context, rows = signed_in(browser, address), []
    for name in names:
        page = context.new_page()
        wire, asked = Wire(page), []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(f"{address}/{name}")
        page.locator("h1").wait_for(timeout=patience)
        quiet(page, patience)
        first, began = wire.bytes, time.perf_counter()
        page.locator("h1").first.click()
        page.keyboard.press("r")
        page.wait_for_timeout(100)
        quiet(page, patience)
        took = time.perf_counter() - began
        own = (address, address.replace("http", "ws"), "data:", "blob:", "about:")
        elsewhere = sum(not url.startswith(own) for url in asked)
        rows.append(Drawn(name or "home", first, wire.bytes - first, round(took, 2), elsewhere))
        page.close()
    context.close()
    return rows


def told(rows: list[Shown] | list[Drawn]) -> None:
    for n, row in enumerate(map(asdict, rows)):
        if n == 0:
            print("  ".join(f"{name:>14}" for name in row))
        print("  ".join(f"{value!s:>14}" for value in row.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("var"))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="planner-screens-"))
    environment = {"PLANNER_DATA_DIR": str(folder / "var"), "PLANNER_REGION": REGION, "PLANNER_IDENTITY": "demo"}
    environment["PYTHONPATH"] = str(Path.cwd())
    try:
        shutil.copytree(given.data, folder / "var")
        with open_context(read_settings(environment)) as ctx:
            add_demo_users(ctx)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            maps = []
            with served("benchmarks/screens_app.py", environment, folder / "ours.log") as address:
                maps += [shown(browser, address, which, True, given) for which in (COUNTY, PROVINCE)]
            told(maps)
            with served("benchmarks/screens_peer.py", environment, folder / "peer.log") as address:
                maps.append(shown(browser, address, COUNTY, False, given))
            told(maps[2:])
            names = ["", *(name for _, pages in SECTIONS for name, *_, action in pages if action not in OTHERS)]
            with served("app.py", environment, folder / "app.log") as address:
                pages = drawn(browser, address, names, 1000.0 * given.seconds)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    told(pages)
    if given.json:
        print(json.dumps({"maps": [asdict(row) for row in maps], "pages": [asdict(row) for row in pages]}))


OTHERS = ("users.manage", "audit.see")
"""Pages that the chief does not have."""

if __name__ == "__main__":
    main()
