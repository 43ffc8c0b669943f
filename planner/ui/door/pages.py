"""The few pages that stand before the pages: plain HTML, no scripts."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from planner.i18n import Translate
from planner.ui import looks
from planner.ui.door.way import with_way
from planner.usecases.sign_in import LEAST_LETTERS, Known


def login_page(
    request: Request, t: Translate, identity: str, demo: Sequence[tuple[str, str]], vacant: bool, problem: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    return _page("login", request, t, status, identity=identity, demo=demo, vacant=vacant, problem=problem)


def password_page(request: Request, t: Translate, known: Known, problem: str = "", status: int = 200) -> Response:
    return _page("password", request, t, status, known=known, problem=problem, least=LEAST_LETTERS)


def message_page(request: Request, t: Translate, message: str, status: int) -> Response:
    return _page("message", request, t, status, message=message)


def _page(name: str, request: Request, t: Translate, status: int, **params: object) -> Response:
    wanted = request.query_params.get("next", "")
    told = (
        _templates()
        .get_template(f"{name}.html")
        .render(
            t=t,
            look=looks.look_of(request.cookies.get(looks.COOKIE)),
            colours=Markup(looks.variables()),  # noqa: S704 - our own file
            here=lambda path: with_way(path, wanted),
            **params,
        )
    )
    return HTMLResponse(told, status)


@cache
def _templates() -> jinja2.Environment:
    loader = jinja2.FunctionLoader(lambda name: (files(__package__) / "templates" / name).read_text(encoding="utf-8"))
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
