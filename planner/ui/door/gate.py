"""Before every path: the host, the origin, the size, and who is there. Nobody gets past it but to the login."""

import base64
import hashlib
import re
from collections.abc import Iterator, MutableMapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit
from anyio.to_thread import run_sync
from google.protobuf.message import DecodeError
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from planner.ui.door.way import with_way
from planner.ui.installation import context
from planner.usecases.sign_in import Known, identify

COOKIE = "planner_sign_in"
OPEN = ("/login", "/login/oidc", "/login/callback")
"""What nobody in particular may ask for."""

LEAVING = ("/password", "/logout")
"""What somebody may who has to change the password first."""

CLOSED = ("/media", "/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
"""What Streamlit offers and no page here uses: files are taken from /files, which asks who is there."""

MOST_BYTES = 220_000_000
"""Of a request: the largest upload and what goes with it."""

KEPT_BY_ITS_READER = "private, no-cache"
"""Of a map's document: a browser may keep it, and asks each time whether it still may show it."""

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_LARGE, BAD_HOST, SEE_OTHER = 401, 403, 404, 413, 421, 303
SIGNED_OUT = 4401
"""Close code of a web socket whose sign-in has ended."""


def middleware() -> list[Middleware]:
    return [Middleware(Gate)]


class Gate:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.policy = _content_policy()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        send = _with_headers(send, self.policy, context().settings.secure_cookie)
        if refusal := _refusal(scope):
            await _answer(scope, receive, send, refusal)
            return
        token = HTTPConnection(scope).cookies.get(COOKIE, "")
        known = await run_sync(_who, scope, token)
        if answer := _not_let_in(scope, known):
            await _answer(scope, receive, send, answer)
            return
        scope["known"] = known
        if scope["type"] == "websocket":
            await self.app(scope, _while_signed_in(receive, token), send)
        else:
            await self.app(scope, _measured(receive), send)


def _refusal(scope: Scope) -> Response | None:
    """What is refused whoever asks: another host's name, another site's page, too much at once, what nobody uses."""
    headers = Headers(scope=scope)
    settings = context().settings
    host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    if host not in settings.allowed_hosts:
        return PlainTextResponse("unknown host", BAD_HOST)
    origin = headers.get("origin")
    changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD", "OPTIONS")
    if changes and urlsplit(origin or "").netloc != headers.get("host"):
        return PlainTextResponse("foreign origin", FORBIDDEN)
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MOST_BYTES:
        return PlainTextResponse("too large", TOO_LARGE)
    return None


def _who(scope: Scope, token: str) -> Known | None:
    """The person behind a request; behind a proxy, only as long as the proxy names the same one."""
    ctx = context()
    known = identify(ctx, token)
    if known and ctx.settings.identity == "proxy" and known.actor.name != proxied(scope):
        return None
    return known if known and known.way == ctx.settings.identity else None


def proxied(scope: Scope) -> str | None:
    """Whom a trusted reverse proxy names; from any other address the header counts for nothing."""
    settings = context().settings
    client = scope.get("client")
    if settings.identity != "proxy" or client is None or client[0] not in settings.proxy_addresses:
        return None
    name = Headers(scope=scope).get(settings.proxy_header)
    return name and name.encode("latin-1").decode("utf-8", "replace")  # a header's bytes; Chinese names come as UTF-8


def _not_let_in(scope: Scope, known: Known | None) -> Response | None:
    path = scope["path"].rstrip("/")
    if path in OPEN:
        return None
    if known is None:
        return _please_sign_in(scope)
    if any(path == closed or path.startswith(f"{closed}/") for closed in CLOSED):
        return PlainTextResponse("not found", NOT_FOUND)
    if known.must_change and path not in LEAVING:
        to_password = scope["type"] == "http" and RedirectResponse(with_way("/password", _wanted(scope)), SEE_OTHER)
        return to_password or _please_sign_in(scope)
    return None


def _please_sign_in(scope: Scope) -> Response:
    """401; a browser that wanted a page is sent on to the login, which leads back to it."""
    headers = Headers(scope=scope)
    if scope["type"] == "http" and "text/html" in headers.get("accept", ""):
        login = escape(with_way("/login", _wanted(scope)))
        page = (
            '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>登录 / Sign in</title>'
            f'<meta http-equiv="refresh" content="0; url={login}"><a href="{login}">登录 / Sign in</a>'
        )
        return Response(page, UNAUTHORIZED, media_type="text/html")
    return PlainTextResponse("sign in first", UNAUTHORIZED)


def _wanted(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{scope['path']}?{query}" if query else str(scope["path"])


async def _answer(scope: Scope, receive: Receive, send: Send, answer: Response) -> None:
    if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
        await answer(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": SIGNED_OUT})


def _while_signed_in(receive: Receive, token: str) -> Receive:
    """What a page sends is heard only as long as its person is signed in; refreshing by itself keeps nobody in."""

    async def heard() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive":
            by_itself = _refreshes_itself(message.get("bytes"))
            if await run_sync(identify, context(), token, not by_itself) is None:
                return {"type": "websocket.disconnect", "code": SIGNED_OUT}
        return message

    return heard


def _refreshes_itself(data: bytes | None) -> bool:
    try:
        return bool(data) and BackMsg.FromString(data or b"").rerun_script.is_auto_rerun
    except DecodeError:
        return False


def _measured(receive: Receive) -> Receive:
    """Ends a body that grows beyond what it may, whatever length it gave."""
    got = 0

    async def counted() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        return {"type": "http.disconnect"} if got > MOST_BYTES else message

    return counted


def _with_headers(send: Send, policy: str, secure: bool) -> Send:
    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"].endswith("response.start"):
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            headers.setdefault("content-security-policy", policy)
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "same-origin"  # without it a form of ours has no origin
            headers["x-frame-options"] = "SAMEORIGIN"
            headers["cross-origin-opener-policy"] = "same-origin"
            headers["cross-origin-resource-policy"] = "same-origin"
            headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"
            if secure:
                headers["strict-transport-security"] = "max-age=31536000"
            cached = headers.get("cache-control", "")
            if cached != KEPT_BY_ITS_READER and not re.search(r"immutable|max-age=[1-9]", cached):
                headers["cache-control"] = "no-store"
            if "server" in headers:
                del headers["server"]
        await send(message)

    return sent


def _content_policy() -> str:
    """Streamlit's own files alone; its page's inline scripts by their hashes, its styles inline as it makes them."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = " ".join(_hashes(page))
    return (
        f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {inline}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "frame-src 'self'; frame-ancestors 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
    )


def _hashes(page: str) -> Iterator[str]:
    for script in re.findall(r"<script>(.*?)</script>", page, re.S):
        yield f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
