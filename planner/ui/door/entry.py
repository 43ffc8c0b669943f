"""The document that all pages are drawn in: Streamlit's own, with a language, a look, a skip link and a name."""

import html
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from planner.i18n import LANGUAGES, Translate, translator
from planner.ui import looks

SCRIPT = "/page.js"

STREAMLIT = ("open", "heading_link", "columns", "csv", "search", "fullscreen", "data", "png", "spec")
WORDS = ("skip", "navigation", "chart", "table", "copied", "not_copied", *STREAMLIT)
"""What page.js says: ``access.<name>``; in English as Streamlit has it, so that it is found."""


def entry(t: Translate, look: str) -> Response:
    """Streamlit's index page for one language and look."""
    return HTMLResponse(_page(t("app.code"), look), headers={"cache-control": "no-store"})


async def script(_: Request) -> Response:
    """What runs before Streamlit: see page.js."""
    text = (files(__package__) / "page.js").read_text(encoding="utf-8")
    return Response(text, media_type="text/javascript", headers={"cache-control": "no-cache"})


@cache
def _page(language: str, look: str) -> str:
    t = translator(language)
    text = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    themes = html.escape(json.dumps(looks.themes()))
    words = html.escape(
        json.dumps({translator(one)("access.tag"): _words(translator(one)) for one in LANGUAGES}, ensure_ascii=False)
    )
    first = (
        f"<style>{looks.variables()}</style>"
        f'<script src="{SCRIPT}" data-themes="{themes}" data-words="{words}"></script>'
    )
    told = text
    for mark, put in (
        ('<html lang="en">', f'<html lang="{t("access.tag")}" data-look="{look}">'),
        ("<title>Streamlit</title>", f"<title>{html.escape(t('app.title'))}</title>"),
        ("<head>", f"<head>{first}"),
    ):
        if told.count(mark) != 1:
            raise RuntimeError(f"Streamlit's index.html does not hold {mark} once")
        told = told.replace(mark, put)
    return told


def _words(t: Translate) -> Mapping[str, str]:
    told = {name: t(f"access.{name}") for name in WORDS}
    return told | {"mended": " ".join(STREAMLIT)}
