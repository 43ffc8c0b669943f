"""Signing in and out, a new password, and the files that pages offer."""

import os
from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from planner.errors import Denied, PlannerError
from planner.i18n import LANGUAGES, Translate, tell, translator
from planner.settings import read_settings
from planner.ui import looks
from planner.ui.door import oidc
from planner.ui.door.entry import SCRIPT, entry, script
from planner.ui.door.gate import COOKIE, KEPT_BY_ITS_READER, SEE_OTHER, proxied
from planner.ui.door.pages import login_page, message_page, password_page
from planner.ui.door.way import FRONT, PAGES, way_on
from planner.ui.installation import context, context_of, shelf
from planner.ui.live_map import ROUTE, assets
from planner.ui.shelf import Offer
from planner.usecases.sign_in import (
    Known,
    change_password,
    demo_names,
    sign_in,
    sign_in_as,
    sign_out,
    vacant,
)

NOT_MODIFIED, FORBIDDEN, NOT_FOUND, GONE, CONFLICT = 304, 403, 404, 410, 409
YEAR = 365 * 24 * 3600
"""Seconds."""


class _Word(Convertor[str]):
    """A name as pages have them; files of Streamlit have a dot."""

    regex = "[A-Za-z0-9_-]{1,64}"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("word", _Word())


def routes() -> list[Route]:
    return [
        Route("/login", login, methods=["GET"]),
        Route("/login", enter, methods=["POST"]),
        Route("/login/oidc", elsewhere, methods=["GET"]),
        Route("/login/callback", vouched, methods=["GET"]),
        Route("/password", ask_password, methods=["GET"]),
        Route("/password", take_password, methods=["POST"]),
        Route("/logout", leave, methods=["POST"]),
        Route("/files/{place}", take, methods=["GET"]),
        Route(ROUTE + "/{digest}/{name}", asset, methods=["GET"]),
        Route("/look", choose_look, methods=["POST"]),
        Route(SCRIPT, script, methods=["GET"]),
        *(Route(page, page_of, methods=["GET"]) for page in PAGES),
        Route("/{page:word}", lost, methods=["GET"]),
    ]


async def page_of(request: Request) -> Response:
    """A page, to be drawn by Streamlit in the browser."""
    return entry(words_of(request), looks.look_of(request.cookies.get(looks.COOKIE)))


async def lost(request: Request) -> Response:
    """No page of that name: Streamlit would show its own, in English."""
    t = words_of(request)
    return message_page(request, t, t("access.no_page", page=request.path_params["page"]), NOT_FOUND)


async def choose_look(request: Request) -> Response:
    """Keep a look in this browser, and back to the page."""
    async with request.form(max_files=0) as form:
        look = looks.look_of(_text(form, "look"))
    response = RedirectResponse(way_on(request.headers.get("referer", ""), request.url.netloc), SEE_OTHER)
    response.set_cookie(
        looks.COOKIE, look, max_age=YEAR, httponly=True, samesite="lax", secure=context().settings.secure_cookie
    )
    return response


async def login(request: Request) -> Response:
    """The page of the way in that this installation has; behind a proxy that names somebody, straight on."""
    ctx, t = context(), words_of(request)
    name = proxied(request.scope)
    if name is not None:
        try:
            token = await run_sync(sign_in_as, ctx, name, "proxy", address_of(request))
        except Denied as error:
            return message_page(request, t, tell(error, t), FORBIDDEN)
        return come_in(request, token)
    return login_page(request, t, ctx.settings.identity, demo_names(ctx), vacant(ctx))


async def enter(request: Request) -> Response:
    """A name and a password; in a demo the name alone."""
    ctx, t = context(), words_of(request)
    async with request.form(max_files=0) as form:
        name, password = _text(form, "name"), _text(form, "password")
    try:
        if ctx.settings.identity == "demo":
            token = await run_sync(sign_in_as, ctx, name, "demo", address_of(request))
        elif ctx.settings.identity == "users":
            token = await run_sync(sign_in, ctx, name, password, address_of(request))
        else:
            raise Denied("sign_in_elsewhere")
    except Denied as error:
        return login_page(request, t, ctx.settings.identity, demo_names(ctx), False, tell(error, t), FORBIDDEN)
    return come_in(request, token)


async def elsewhere(request: Request) -> Response:
    """On to the provider; where somebody wanted to go waits in the browser's session."""
    request.session["next"] = way_on(request.query_params.get("next", ""))
    try:
        return await oidc.ask(request)
    except PlannerError as error:
        t = words_of(request)
        return message_page(request, t, tell(error, t), FORBIDDEN)


async def vouched(request: Request) -> Response:
    """The provider's answer."""
    ctx, t = context(), words_of(request)
    try:
        name = await oidc.name_of(request)
        token = await run_sync(sign_in_as, ctx, name, "oidc", address_of(request))
    except PlannerError as error:
        return message_page(request, t, tell(error, t), FORBIDDEN)
    return come_in(request, token, request.session.pop("next", FRONT))


async def ask_password(request: Request) -> Response:
    return password_page(request, words_of(request), request.scope["known"])


async def take_password(request: Request) -> Response:
    ctx, t = context(), words_of(request)
    known: Known = request.scope["known"]
    async with request.form(max_files=0) as form:
        old, new, again = (_text(form, name) for name in ("old", "new", "again"))
    try:
        if new != again:
            raise Denied("passwords_differ")
        token = await run_sync(change_password, ctx, known, old, new, address_of(request))
    except PlannerError as error:
        return password_page(request, t, known, tell(error, t), FORBIDDEN)
    return come_in(request, token)


async def leave(request: Request) -> Response:
    """Out of this browser, or of all."""
    known: Known = request.scope["known"]
    async with request.form(max_files=0) as form:
        everywhere = _text(form, "everywhere") == "yes"
    await run_sync(sign_out, context(), known, everywhere)
    shelf().clear(known.digest)
    response = RedirectResponse("/login", SEE_OTHER)
    response.delete_cookie(COOKIE)
    return response


async def take(request: Request) -> Response:
    """A file that a page offered to this sign-in, made now and by the rights of now."""
    known: Known = request.scope["known"]
    offer = shelf().find(known.digest, request.path_params["place"])
    t = words_of(request)
    if offer is None:
        return message_page(request, t, t("door.file_gone"), GONE)
    if offer.kept:
        return await _kept(request, offer)
    try:
        data = await run_sync(offer.make, context_of(known.actor))
    except PlannerError as error:
        return message_page(request, t, tell(error, t), FORBIDDEN if isinstance(error, Denied) else CONFLICT)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(offer.name)}"}
    return Response(data, media_type=offer.mime, headers=headers)


async def _kept(request: Request, offer: Offer) -> Response:
    """What a browser may keep, but asks for anew each time, so that it is read by those who are signed in alone."""
    headers = {"etag": f'"{offer.kept}"', "cache-control": KEPT_BY_ITS_READER}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    data = await run_sync(offer.make, context_of(request.scope["known"].actor))
    return Response(data, media_type=offer.mime, headers=headers | {"content-encoding": "gzip"})


async def asset(request: Request) -> Response:
    """A file that every map needs; its address changes with its content."""
    address, content, mime = assets().get(request.path_params["name"], ("", b"", ""))
    if address != request.url.path:
        return PlainTextResponse("not found", NOT_FOUND)
    return Response(content, media_type=mime, headers={"cache-control": "private, max-age=31536000, immutable"})


def come_in(request: Request, token: str, to: str | None = None) -> Response:
    """Signed in, and on to where somebody wanted to go (``next`` of the address, if no ``to`` is given)."""
    settings = context().settings
    response = RedirectResponse(way_on(request.query_params.get("next", "") if to is None else to), SEE_OTHER)
    response.set_cookie(
        COOKIE, token, max_age=settings.session_hours * 3600, httponly=True, samesite="lax",
        secure=settings.secure_cookie,
    )  # fmt: skip
    return response


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def words_of(request: Request) -> Translate:
    asked = request.query_params.get("lang", "")
    return translator(asked if asked in LANGUAGES else read_settings(os.environ).language)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
