"""What never changes once it is stored is unpacked once: a bounded memory, one for each open database.

Who asks first looks up under which mark (a digest, the seal of the last deed) that stands in the database which is
wanted; only the unpacking is spared. So nothing needs to be dropped when a backup takes the database's place or keys
are rotated: another database is another engine, and another content has another mark. What is personal is never kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

Made = TypeVar("Made")


@dataclass
class _Entry:
    """``beside`` is held so that the ids in the key stay those of these very objects."""

    beside: tuple[object, ...]
    lock: Lock = field(default_factory=Lock)
    made: bool = False
    value: Any = None


class Kept:
    """The ``most`` things that were asked for last, of each database."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: WeakKeyDictionary[Engine, OrderedDict[Hashable, _Entry]] = WeakKeyDictionary()
        self._lock = Lock()

    def get(self, engine: Engine, key: Hashable, make: Callable[[], Made], *beside: object) -> Made:
        """What ``make`` gave when it was asked first: by one thread, while others that want the same wait.

        ``beside``: what else it depends on, told apart by identity. Frames in it belong to all who ask: nobody may
        change them in place. What ``make`` raises, is raised, and nothing is kept.
        """
        entry = self._entry(engine, (key, *map(id, beside)), beside)
        with entry.lock:
            if not entry.made:
                entry.value, entry.made = make(), True
        made: Made = entry.value
        return made

    def _entry(self, engine: Engine, key: Hashable, beside: tuple[object, ...]) -> _Entry:
        with self._lock:
            mine = self._entries.setdefault(engine, OrderedDict())
            entry = mine.setdefault(key, _Entry(beside))
            mine.move_to_end(key)
            while len(mine) > self._most:
                mine.popitem(last=False)
        return entry
