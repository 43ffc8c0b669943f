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
