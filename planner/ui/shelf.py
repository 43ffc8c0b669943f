"""Files that pages offer. Each is made anew for the person who takes it, by a use case that asks for permission."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from planner.bootstrap import Context

SIGN_IN = "sign_in"
"""Where a page's session holds the digest of its sign-in."""

MOST_OFFERS = 120
"""Of one sign-in; the oldest go first."""


@dataclass(frozen=True)
class Offer:
    """A file saved under ``name``; or, with ``kept``, the digest of what a page itself reads: gzipped, and not sent
    again to a browser that has it."""

    make: Callable[[Context], bytes]
    name: str
    mime: str
    kept: str = ""


class Shelf:
    """Offers by sign-in and path. A path is the same as long as the offer is, so that a page can be drawn again."""

    def __init__(self) -> None:
        self._offers: dict[str, OrderedDict[str, Offer]] = {}
        self._lock = Lock()

    def put(self, sign_in: str, key: str, offer: Offer) -> str:
        """The address under which this sign-in, and nobody else, finds the offer."""
        place = hashlib.sha256(f"{sign_in}\n{key}\n{offer.name}".encode()).hexdigest()[:32]
        with self._lock:
            mine = self._offers.setdefault(sign_in, OrderedDict())
            mine[place] = offer
            mine.move_to_end(place)
            while len(mine) > MOST_OFFERS:
                mine.popitem(last=False)
        return f"/files/{place}"

    def find(self, sign_in: str, place: str) -> Offer | None:
        with self._lock:
            return self._offers.get(sign_in, OrderedDict()).get(place)

    def clear(self, sign_in: str) -> None:
        """Somebody left."""
        with self._lock:
            self._offers.pop(sign_in, None)
