"""Where somebody wanted to go: addresses of pages and nothing else, so that no link leads elsewhere after a sign-in."""

from urllib.parse import urlencode, urlsplit

from planner.i18n import catalogue

FRONT = "/"
NAMED = sorted(key.removeprefix("page.") for key in catalogue("zh") if key.startswith("page."))
PAGES = (FRONT, *(f"/{name}" for name in NAMED if name != "home"))
"""Paths of all pages: each has a name in the catalogues. (shell.SECTIONS would draw every page's code in here.)"""


def way_on(address: str, host: str = "") -> str:
    """Path and query of one of our own pages; anything else leads to the front page.

    ``host``: the only one that a whole address (a referrer) may name.
    """
    try:
        told = urlsplit(address)
    except ValueError:
        return FRONT
    if told.netloc != (host if told.scheme else "") or told.path not in PAGES:
        return FRONT
    return told.path + (f"?{told.query}" if told.query else "")


def with_way(path: str, wanted: str) -> str:
    """The address of a page of the door that remembers where somebody wanted to go."""
    to = way_on(wanted)
    return path if to == FRONT else f"{path}?{urlencode({'next': to})}"
