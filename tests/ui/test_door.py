"""The gate: a crawler over every path as nobody and in every role, over the web socket, and hand-made attacks."""

import http.client
from urllib.parse import urlencode, urlsplit

import pytest
from starlette.routing import Route
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from planner.ui.door.gate import COOKIE, MOST_BYTES
from planner.ui.door.routes import routes
from planner.ui.door.way import PAGES
from planner.usecases.users import DEMO

NOBODY = "nobody"
SOCKET = "/_stcore/stream"
PUBLIC = {"/login": 200, "/login/oidc": 403, "/login/callback": 403}
STREAMLIT = (
    "/", "/plan", "/users", "/index.html", "/static/index.html", "/_stcore/health", "/_stcore/host-config",
    "/_stcore/upload_file/a/b", "/component/x/y", "/app/static/x", "/favicon.png", "/_stcore/bidi-components/x",
    "/healthz", "/no/such/path", "/oauth2callback", "/auth/login", "/auth/logout", "/robots.txt",
)  # fmt: skip
CLOSED = ("/media/x.html", "/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/script-health-check")
TRICKS = (
    "//plan",
    "/./plan",
    "/login/../plan",
    "/login%2f..%2fplan",
    "/LOGIN",
    "/login/x",
    "/%2e%2e/etc/passwd",
    "/login;x",
)
GONE, DENIED, UNAUTHORIZED = 410, 403, 401


def ask(served: str, path: str, token: str = "", method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """One request as it is written, without a browser's tidying."""
    place = urlsplit(served)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
    cookie = {"Cookie": f"{COOKIE}={token}"} if token else {}
    body = headers.pop("body", None)
    connection.request(method, path, body, {"Host": place.netloc} | cookie | headers)
    answer = connection.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined] - kept for the test
    connection.close()
    return answer


def enter(served: str, name: str) -> str:
    """The token of somebody of the demo."""
    answer = ask(served, "/login", method="POST", body=urlencode({"name": name}), Origin=served,
                 **{"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert answer.status == http.HTTPStatus.SEE_OTHER
    cookie = answer.getheader("set-cookie") or ""
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    return cookie.split(";")[0].partition("=")[2]


@pytest.fixture(scope="module")
def tokens(served: str) -> dict[str, str]:
    return {role: enter(served, name) for name, role in DEMO} | {NOBODY: ""}


@pytest.mark.parametrize("role", [NOBODY, *(role for _, role in DEMO)])
def test_every_path_answers_as_it_should(served: str, tokens: dict[str, str], role: str) -> None:
    own = [route.path.replace("{place}", "0" * 32) for route in routes()]
    told = {}
    for path in dict.fromkeys([*STREAMLIT, *CLOSED, *TRICKS, *own]):
        status = ask(served, path, tokens[role]).status
        told[path] = status
        bare = path.rstrip("/")
        if bare in PUBLIC:
            assert status == PUBLIC[bare], path
        elif role == NOBODY:
            assert status == UNAUTHORIZED, path
        elif path in CLOSED:
            assert status == http.HTTPStatus.NOT_FOUND, path
        elif path.startswith("/files/"):
            assert status == GONE
        else:
            assert status != http.HTTPStatus.INTERNAL_SERVER_ERROR, path
    print(role, told)


def test_own_routes_are_known_to_the_crawler() -> None:
    assert {route.path for route in routes() if isinstance(route, Route)} == {
        "/login", "/login/oidc", "/login/callback", "/password", "/logout", "/files/{place}", "/look", "/page.js",
        "/map/{digest}/{name}", *PAGES, "/{page:word}",
    }  # fmt: skip


def socket(served: str, token: str, origin: str | None = None) -> ClientConnection:
    headers = {"Cookie": f"{COOKIE}={token}"} if token else {}
    address = served.replace("http", "ws") + SOCKET
    return connect(address, origin=origin or served, additional_headers=headers, subprotocols=["streamlit"])  # type: ignore[arg-type]


def test_socket_opens_for_those_who_are_in(served: str, tokens: dict[str, str]) -> None:
    for token in ("", "no such token"):
        with pytest.raises(InvalidStatus) as refused, socket(served, token):
            pass
        assert refused.value.response.status_code == UNAUTHORIZED
    for role, token in tokens.items():
        if role != NOBODY:
            with socket(served, token):
                pass
    for origin in ("http://e.example", "null", served + ".e.example"):
        with pytest.raises(InvalidStatus) as refused, socket(served, tokens["chief"], origin):
            pass
        assert refused.value.response.status_code == DENIED


def exhaust(heard: ClientConnection) -> None:
    while True:
        heard.recv(timeout=10)


def test_socket_of_somebody_who_left_is_closed(served: str) -> None:
    token = enter(served, "示例院长")
    with socket(served, token) as heard:
        ask(served, "/logout", token, "POST", Origin=served)
        assert ask(served, "/plan", token).status == UNAUTHORIZED
        heard.send(BackMsg(rerun_script={}).SerializeToString())
        with pytest.raises(ConnectionClosed):
            exhaust(heard)


def test_foreign_pages_hosts_and_sizes_are_refused(served: str, tokens: dict[str, str]) -> None:
    chief = tokens["chief"]
    for origin in ("http://e.example", "null", ""):
        assert ask(served, "/logout", chief, "POST", **({"Origin": origin} if origin else {})).status == DENIED
    assert ask(served, "/plan", chief, Host="e.example").status == http.HTTPStatus.MISDIRECTED_REQUEST
    for length in (str(MOST_BYTES + 1), "-1", "1e9"):
        answer = ask(served, "/login", method="POST", Origin=served, **{"Content-Length": length})
        assert answer.status in (http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE, http.HTTPStatus.BAD_REQUEST), length
    assert ask(served, "/plan", chief).status == http.HTTPStatus.OK, "the chief is still in"


def test_a_forged_header_names_nobody(served: str) -> None:
    for header in ("X-Forwarded-User", "X-Remote-User", "Remote-User", "Authorization"):
        assert ask(served, "/plan", **{header: "示例院长".encode().decode("latin-1")}).status == UNAUTHORIZED


def test_every_answer_carries_the_policy(served: str, tokens: dict[str, str]) -> None:
    for path, token in (("/", ""), ("/login", ""), ("/", tokens["chief"]), ("/files/x", tokens["chief"])):
        answer = ask(served, path, token)
        policy = answer.getheader("content-security-policy") or ""
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        assert "frame-ancestors 'self'" in policy
        assert answer.getheader("x-content-type-options") == "nosniff"
        assert answer.getheader("cache-control") == "no-store"


@pytest.mark.parametrize("name", ["", "示例无此人", "' OR 1=1 --", "<script>alert(1)</script>", "示" * 5_000])
def test_an_odd_name_is_refused_and_never_read_as_markup(served: str, name: str) -> None:
    answer = ask(served, "/login", method="POST", body=urlencode({"name": name}), Origin=served,
                 **{"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert answer.status == DENIED
    assert b"<script>" not in answer.body  # type: ignore[attr-defined]
