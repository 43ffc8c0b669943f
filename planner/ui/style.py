"""The few rules that a theme of Streamlit cannot say; colours by the names of looks.toml."""

import json
from html import escape

import streamlit as st

from planner.i18n import Translate
from planner.ui.looks import COOKIE, LOOKS, look_of

RULES = """
[data-testid="stMainBlockContainer"] { padding-top: 3rem; max-width: 84rem; }
[data-testid="stMetricValue"] { font-size: 1.5rem; font-variant-numeric: tabular-nums; }
[data-testid="stHeadingWithActionElements"] h1 { font-size: 2rem; }
[data-testid="stHeadingWithActionElements"] h2 { font-size: 1.4rem; }
[data-testid="stHeadingWithActionElements"] h3 { font-size: 1.25rem; }
.address { margin: .1rem 0 .35rem; overflow-wrap: anywhere; }
.address small { color: var(--soft); }
.address b { background: var(--mark); }
a.take { display: inline-block; padding: .45rem .9rem; border: 1px solid var(--edge); border-radius: 8px; }
a.take { color: var(--main); background: var(--paper); text-decoration: none; font-size: .95rem; }
a.take.main { background: var(--main); border-color: var(--main); color: var(--on-main); }
a.take:not(.plain)::before { content: "⤓ " / ""; }
a.take:hover { border-color: var(--main); }
form.leave { display: flex; flex-wrap: wrap; gap: .4rem .9rem; margin: 0; }
form.leave button, form.leave a { font: inherit; font-size: .85rem; border: 0; background: none; color: var(--main); }
form.leave button, form.leave a { padding: .25rem 0; cursor: pointer; text-decoration: underline; }
form.looks { display: flex; flex-wrap: wrap; gap: .25rem; align-items: center; margin: 0; }
form.looks span { flex-basis: 100%; font-size: .875rem; }
form.looks button { font: inherit; font-size: .8rem; padding: .2rem .55rem; border-radius: 999px; cursor: pointer; }
form.looks button { border: 1px solid var(--edge); background: var(--paper); color: var(--ink); }
form.looks button[aria-pressed="true"] { background: var(--main); border-color: var(--main); color: var(--on-main); }
button.copy { font: inherit; font-size: .85rem; margin-top: .5rem; border: 0; padding: .25rem 0; background: none; }
button.copy { color: var(--main); text-decoration: underline; cursor: pointer; }
.told-aloud { position: fixed; bottom: 1rem; left: 50%; transform: translateX(-50%); z-index: 2000000; }
.told-aloud { padding: .5rem 1rem; border-radius: 8px; background: var(--ink); color: var(--paper); }
.told-aloud:empty { clip-path: inset(50%); padding: 0; }
a.skip { position: fixed; top: -4rem; left: .5rem; z-index: 2000000; padding: .6rem 1rem; border-radius: 0 0 8px 8px; }
a.skip { background: var(--main); color: var(--on-main); }
a.skip:focus { top: 0; }
:focus-visible { outline: 3px solid var(--focus) !important; outline-offset: 2px; }
[data-testid="stMain"]:focus { outline: none !important; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * { color: var(--soft); opacity: 1; }
[data-testid="stNavSectionHeader"] { color: var(--soft); }
[data-testid="stMetricDelta"], [data-testid="stMetricDelta"] * { color: var(--soft); }
[kind^="primary"], [kind^="primary"] * { color: var(--on-main); }
iframe { border: 1px solid var(--line); border-radius: 8px; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 3.5rem .9rem 2rem; }
  [data-testid="stMetricValue"] { font-size: 1.25rem; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation-duration: .01ms !important; animation-iteration-count: 1 !important; }
  *, *::before, *::after { transition-duration: .01ms !important; scroll-behavior: auto !important; }
}
@media (forced-colors: active) {
  form.looks button[aria-pressed="true"] { outline: 3px solid Highlight; }
  a.take { border-color: LinkText; }
}
"""

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
    return f"<style>{RULES}{UPLOADER % words}</style>{language}"


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
