"""The few pages that stand before the pages: plain HTML, no scripts."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import jinja2
from starlette.responses import HTMLResponse, Response

from planner.i18n import Translate
from planner.usecases.sign_in import LEAST_LETTERS, Known


def login_page(
    t: Translate, identity: str, demo: Sequence[tuple[str, str]], vacant: bool, problem: str = "", status: int = 200
) -> Response:
    return _page("login", t, status, identity=identity, demo=demo, vacant=vacant, problem=problem)


def password_page(t: Translate, known: Known, problem: str = "", status: int = 200) -> Response:
    return _page("password", t, status, known=known, problem=problem, least=LEAST_LETTERS)


def message_page(t: Translate, message: str, status: int) -> Response:
    return _page("message", t, status, message=message)


def _page(name: str, t: Translate, status: int, **params: object) -> Response:
    return HTMLResponse(_templates().get_template(f"{name}.html").render(t=t, **params), status)


@cache
def _templates() -> jinja2.Environment:
    loader = jinja2.FunctionLoader(lambda name: (files(__package__) / "templates" / name).read_text(encoding="utf-8"))
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
