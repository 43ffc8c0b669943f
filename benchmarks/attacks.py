"""Hand-written attacks on a served installation, and what became of each.

    python -m benchmarks.attacks [--data var] [--json]

The installation of ``--data`` is copied and served as a demo on a free port. The chief is signed in where that makes an
attack worse. Printed: attack, what was answered, and whether it held.
"""

import argparse
import http.client
import io
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from os import environ
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import sqlalchemy as sa

from benchmarks.load import CHIEF, REGION, reachable
from planner.bootstrap import open_context
from planner.errors import PlannerError
from planner.files.exports import workbook
from planner.settings import read_settings
from planner.store import register
from planner.store.engine import reading
from planner.ui.door.gate import COOKIE
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.users import add_demo_users
from tests.browser import chromium

GIGABYTE = 1_000_000_000
HOSTILE = (
    "'; DROP TABLE case_row; --", '<script>alert(1)</script>', "<img src=x onerror=alert(1)>", "{{7*7}}", "${7*7}",
    "=cmd|' /C calc'!A0", "![x](http://e.example/x.png)", "javascript:alert(1)", "\u202e示例", "%s%s%s%n",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    attack: str
    answer: str
    held: bool


@dataclass(frozen=True)
class Place:
    """Where the installation is served, the chief's token, the server's process and its settings."""

    address: str
    token: str
    pid: int
    environment: dict[str, str]

    def ask(self, path: str, method: str = "GET", body: object = None, token: str = "", **headers: str) -> int | str:
        split = urlsplit(self.address)
        connection = http.client.HTTPConnection(split.hostname or "", split.port, timeout=60)
        told = {"Host": split.netloc} | ({"Cookie": f"{COOKIE}={token}"} if token else {}) | headers
        try:
            connection.request(method, path, body, told, encode_chunked="Transfer-Encoding" in told)  # type: ignore[arg-type]
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException) as problem:
            return type(problem).__name__
        finally:
            connection.close()


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1000 if found else 0.0


def traversal(place: Place) -> Iterator[Row]:
    for path in ("/../../etc/passwd", "/static/../../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd",
                 "/component/..%2f..%2fetc/x", "/files/..%2f..%2fvar%2fid.key", "/app/static/../app.py"):  # fmt: skip
        for who, token in (("nobody", ""), ("chief", place.token)):
            status = place.ask(path, token=token)
            yield Row(
                f"path {path} as {who}",
                str(status),
                status in (400, 401, 404, 410) or (who == "chief" and status == 200 and not leaks(place, path)),
            )


def leaks(place: Place, path: str) -> bool:
    """Whether the answer is anything but the page's own frame."""
    split = urlsplit(place.address)
    connection = http.client.HTTPConnection(split.hostname or "", split.port, timeout=60)
    connection.request("GET", path, headers={"Host": split.netloc, "Cookie": f"{COOKIE}={place.token}"})
    data = connection.getresponse().read()
    connection.close()
    return b"root:" in data or b"planner.ui" in data


def strangers(place: Place) -> Iterator[Row]:
    status = place.ask("/plan", **{"X-Forwarded-User": CHIEF.encode().decode("latin-1")})
    yield Row("forged proxy header", str(status), status == 401)
    status = place.ask("/logout", "POST", token=place.token, Origin="http://e.example")
    yield Row("another site's form", str(status), status == 403)
    status = place.ask("/plan", token=place.token, Host="e.example")
    yield Row("another host's name", str(status), status == 421)
    guesses = {place.ask("/plan", token=f"{n:064x}") for n in range(50)}
    yield Row("50 guessed tokens", str(guesses), guesses == {401})


def floods(place: Place) -> Iterator[Row]:
    before = resident_mb(place.pid)
    status = place.ask("/login", "POST", Origin=place.address, **{"Content-Length": str(GIGABYTE)})
    yield Row("1 GB announced to the login", str(status), status == 413)
    for who, token in (("nobody", ""), ("chief", place.token)):
        parts = (b"x" * 1_000_000 for _ in range(1_000))
        status = place.ask("/_stcore/upload_file/a/b", "PUT", parts, token, Origin=place.address,
                           **{"Transfer-Encoding": "chunked"})  # fmt: skip
        more = resident_mb(place.pid) - before
        yield Row(f"1 GB in chunks as {who}", f"{status}, memory +{more:.0f} MB", status != 200 and more < 600)


def bombs(ctx: Context) -> Iterator[Row]:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(4_000):
                sheet.write(b" " * 1_000_000)
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    laughs = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell><Data>&l11;</Data></Cell></Row></Table></Worksheet></Workbook>'  # noqa: E501
    for name, data in (("zip bomb, 4 GB", bomb.getvalue()), ("billion laughs", laughs.encode())):
        kind = "xlsx" if "zip" in name else "xls"
        try:
            taken = import_register(ctx, [(f"a.{kind}", data)])
            yield Row(name, f"taken in: {taken.id}", False)
        except PlannerError as error:
            yield Row(name, error.key, True)


def words(ctx: Context, place: Place) -> Iterator[Row]:
    before = len(register.cases(ctx.engine))
    lines = ["案号,立案日期,申请执行标的,案由,备注,被执行人,户籍地,手机号"]
    for n, text in enumerate(HOSTILE):
        cell = '"' + text.replace('"', '""') + '"'
        lines.append(f"(2026)浙0225执{8000 + n}号,2026-01-02,9000,{cell},{cell},{cell},{cell},{cell}")
    import_register(ctx, [("<script>alert(1)</script>.csv", "\n".join(lines).encode())])
    now = len(register.cases(ctx.engine))
    with reading(ctx.engine) as connection:
        tables = len(sa.inspect(connection).get_table_names())
    yield Row("SQL in every field", f"{before} -> {now} cases, {tables} tables", now == before + len(HOSTILE))
    book = zipfile.ZipFile(io.BytesIO(workbook([("a", ["b"], [[text] for text in HOSTILE])], "t")))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    yield Row("formulas in an export", f"{sheet.count('<f>')} formulas", "<f>" not in sheet)
    with chromium() as browser:
        browser.add_cookies([{"name": COOKIE, "value": place.token, "url": place.address}])
        page, asked, opened = browser.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
        for name in ("import", "places", "profile", "hotspots", "triage", "clues"):
            page.goto(f"{place.address}/{name}")
            page.wait_for_timeout(5_000)
        away = [url for url in asked if not url.startswith((place.address, "data:", "blob:"))]
        yield Row(
            "HTML in every field, six pages", f"{len(opened)} scripts ran, {len(away)} requests left", not opened + away
        )


@contextmanager
def served(data: Path) -> Iterator[tuple[Place, dict[str, str]]]:
    folder = Path(tempfile.mkdtemp(prefix="planner-attacks-"))
    shutil.copytree(data, folder / "var")
    environment = {"PLANNER_DATA_DIR": str(folder / "var"), "PLANNER_REGION": REGION, "PLANNER_IDENTITY": "demo"}
    with open_context(read_settings(environment)) as ctx:
        add_demo_users(ctx)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environ | environment, stdout=log, stderr=log)
        try:
            reachable(address)
            yield Place(address, entered(address), process.pid, environment), environment
        finally:
            process.terminate()
            process.wait(timeout=20)
            shutil.rmtree(folder, ignore_errors=True)


def entered(address: str) -> str:
    split = urlsplit(address)
    connection = http.client.HTTPConnection(split.hostname or "", split.port, timeout=20)
    form = {"Origin": address, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login", urlencode({"name": CHIEF}), form)
    cookie = connection.getresponse().getheader("set-cookie") or ""
    connection.close()
    return cookie.split(";")[0].partition("=")[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("var"))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows: list[Row] = []
    with served(given.data) as (place, environment), open_context(read_settings(environment)) as ctx:
        attacks: list[Callable[[], Iterator[Row]]] = [
            lambda: traversal(place), lambda: strangers(place), lambda: floods(place), lambda: bombs(ctx),
            lambda: words(ctx, place),
        ]  # fmt: skip
        for attack in attacks:
            for row in attack():
                rows.append(row)
                print(f"{'held' if row.held else 'FELL':5} {row.attack:55} {row.answer}")
        still = place.ask("/plan", token=place.token)
        print(f"afterwards the chief's page answers {still}; {sum(row.held for row in rows)} of {len(rows)} held")
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main()
