"""Styles of the pages, and the choice of a look."""

import json
from functools import cache
from html import escape
from importlib.resources import files

import streamlit as st

from planner.i18n import Translate
from planner.ui.looks import COOKIE, LOOKS, look_of

UPLOADER = """
[data-testid="stFileUploaderDropzone"] button p { font-size: 0; }
[data-testid="stFileUploaderDropzone"] button p::after { font-size: .95rem; content: %(choose)s; }
[data-testid="stFileUploaderDropzoneInstructions"] { font-size: 0; }
[data-testid="stFileUploaderDropzoneInstructions"] * { display: none; }
[data-testid="stFileUploaderDropzoneInstructions"]::after { font-size: .875rem; content: %(kinds)s; }
"""
"""Streamlit's uploader speaks English only; its words are replaced."""


def stylesheet(t: Translate) -> str:
    """A ``<style>`` element in the words of one language."""
    words = {name: json.dumps(t(f"import.{name}"), ensure_ascii=False) for name in ("choose", "kinds")}
    language = f'<span data-page-language="{t("access.tag")}" hidden></span>'
    return f"<style>{_rules()}{UPLOADER % words}</style>{language}"


@cache
def _rules() -> str:
    return "".join((files(__package__) / f"{name}.css").read_text(encoding="utf-8") for name in ("screen", "paper"))


def look_switch(t: Translate) -> str:
    """A plain form that keeps a look in the browser and comes back to this page; a button that page.js minds."""
    now, told = look_of(st.context.cookies.get(COOKIE)), escape(t("access.look"))
    buttons = "".join(
        f'<button name="look" value="{look}" aria-pressed="{"true" if look == now else "false"}">'
        f"{escape(t(f'access.look_{look}'))}</button>"
        for look in LOOKS
    )
    return (
        f'<form method="post" action="/look" class="looks" aria-label="{told}"><span>{told}</span>{buttons}</form>'
        f'<button type="button" class="copy">{escape(t("access.copy"))}</button>'
    )
