"""One Mapper: the builtin map, or several processes. A cluster by address comes with the province."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Mapper(Protocol):
    def __call__(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]: ...


def serial(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """In this process, one after the other."""
    return map(work, items)


def processes(workers: int) -> Mapper:
    """A mapper over ``workers`` local processes; results come in the order of the items.

    ``work`` is a function of a module. What it raises is raised here.
    """
    started_fresh = get_context("spawn")  # a copy of a process with threads (pages, a solver) may hang

    def mapped(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        with ProcessPoolExecutor(workers, mp_context=started_fresh) as pool:
            yield from pool.map(work, items)

    return mapped
