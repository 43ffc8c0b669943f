"""One Mapper: the builtin map, or several processes. A cluster by address comes with the province."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Mapper(Protocol):
    def __call__(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]: ...


def serial(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """In this process, one after the other."""
    return map(work, items)


def processes(workers: int) -> Mapper:
    """A mapper over ``workers`` local processes; results come in the order of the items."""

    def mapped(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        with ProcessPoolExecutor(workers) as pool:
            yield from pool.map(work, items)

    return mapped
