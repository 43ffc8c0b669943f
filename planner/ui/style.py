"""The few rules that the theme in .streamlit/config.toml cannot say."""

import json

from planner.i18n import Translate

RULES = """
[data-testid="stMainBlockContainer"] { padding-top: 3rem; max-width: 84rem; }
[data-testid="stMetricValue"] { font-size: 1.5rem; font-variant-numeric: tabular-nums; }
[data-testid="stHeadingWithActionElements"] h1 { font-size: 2rem; }
[data-testid="stHeadingWithActionElements"] h2 { font-size: 1.4rem; }
[data-testid="stHeadingWithActionElements"] h3 { font-size: 1.25rem; }
.address { margin: .1rem 0 .35rem; overflow-wrap: anywhere; }
.address small { color: #5d6b75; }
.address b { background: #fbe9c6; }
a.take { display: inline-block; padding: .45rem .9rem; border: 1px solid #b6c3cc; border-radius: 8px; }
a.take { color: #0f4c81; background: #fff; text-decoration: none; font-size: .95rem; }
a.take.main { background: #0f4c81; border-color: #0f4c81; color: #fff; }
a.take::before { content: "⤓ "; }
a.take:hover { border-color: #0f4c81; }
form.leave { display: flex; flex-wrap: wrap; gap: .4rem .9rem; margin: 0; }
form.leave button, form.leave a { font: inherit; font-size: .85rem; border: 0; background: none; color: #0f4c81; }
form.leave button, form.leave a { padding: .25rem 0; cursor: pointer; text-decoration: underline; }
a.take:focus-visible, form.leave :focus-visible { outline: 3px solid #e69f00; outline-offset: 2px; }
iframe { border: 1px solid #d5dde3; border-radius: 8px; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 3.5rem .9rem 2rem; }
  [data-testid="stMetricValue"] { font-size: 1.25rem; }
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
    return f"<style>{RULES}{UPLOADER % words}</style>"
