"""One Mapper: the same work on many items at once, in processes of this machine or on the workers of a Dask scheduler.

What crosses over are functions by their name and small values; who works opens files and databases itself. A fault of
one item stops no other. A worker that dies loses nothing but its time: what it held is done again, and an item that
takes its worker with it twice is given back as failed.
"""

import logging
import os
import resource
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from joblib.externals.loky import ProcessPoolExecutor

from planner.errors import DeploymentError, PlannerError
from planner.model.work import Beat, Came, Done, Failed

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
WORKERS_COME_WITHIN = 60
CALLED_WITHIN = 10
"""Seconds."""

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
"""Of a worker: there are as many workers as cores, and libraries that each take all cores would wait for each other."""

Item = tuple[str, Any]
"""A name that no other item has, and what the work is given."""

Work = Callable[[Any], Any]
Results = Iterator[tuple[str, Came]]


@dataclass(frozen=True)
class Crew:
    """Who works. ``address``: of a Dask scheduler (``tcp://``, or ``tls://`` with three files); empty: ``workers``
    processes of this machine, 0 for this very process."""

    workers: int = 2
    address: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


def each(crew: Crew, work: Work, items: Sequence[Item], beat: Beat) -> Results:
    """(name, what came) of every item once, as they come back; those named first are begun first.

    Raises:
        DeploymentError: the scheduler cannot be reached, has no worker, or is gone. Whatever ``beat`` raises; what is
        not done then is left, and local workers are stopped.
    """
    if crew.address:
        return _by_dask(crew, work, items, beat)
    if crew.workers:
        return _locally(crew.workers, work, items, beat)
    return _here(work, items, beat)


def _here(work: Work, items: Sequence[Item], beat: Beat) -> Results:
    for name, given in items:
        beat()
        yield name, attempt(work, given)


def attempt(work: Work, given: object) -> Came:
    """Do the work; a fault is an answer too. A foreign fault is told by its kind and place, never by its words: they
    may hold what is personal."""
    began, cpu = time.monotonic(), time.process_time()
    try:
        value = work(given)
    except PlannerError as error:
        return Failed(error.key, {name: str(told) for name, told in error.params.items()})
    except Exception as fault:  # noqa: BLE001 - told, with its place
        last = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        log.error("%s at %s", type(fault).__name__, where)
        return Failed("county_fault", {"kind": type(fault).__name__, "where": where})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Done(value, round(time.monotonic() - began, 3), round(time.process_time() - cpu, 3), peak, os.getpid())


def _locally(workers: int, work: Work, items: Sequence[Item], beat: Beat) -> Results:
    waiting, suspects = deque(items), deque[Item]()
    while waiting or suspects:
        alone = bool(suspects)  # who dies with nobody beside it is the one
        with _processes(1 if alone else min(workers, len(waiting))) as (pool, count):
            died = yield from _fed(pool, count, work, suspects if alone else waiting, beat)
        if alone:
            yield from ((name, Failed("worker_died", {})) for name, _ in died)
        else:
            suspects.extend(died)


@contextmanager
def _processes(count: int) -> Iterator[tuple[ProcessPoolExecutor, int]]:
    """Fresh processes that do not start from ``__main__``; at the end they are stopped, whatever they do."""
    pool = ProcessPoolExecutor(max_workers=count, env=ONE_THREAD)
    try:
        yield pool, count
    finally:
        pool.shutdown(wait=True, kill_workers=True)


def _fed(
    pool: ProcessPoolExecutor, at_once: int, work: Work, queue: deque[Item], beat: Beat
) -> Generator[tuple[str, Came], None, list[Item]]:
    """Give out no more than is worked on, so that it is known what a dead worker may have held; that is returned."""
    running: dict[Future[Came], Item] = {}
    while queue or running:
        died: list[Item] = []
        while queue and len(running) < at_once and not died:
            item = queue.popleft()
            try:
                running[pool.submit(attempt, work, item[1])] = item
            except BrokenProcessPool:
                died.append(item)
        ended, _ = wait(running, timeout=BEAT_SECONDS, return_when=FIRST_COMPLETED)
        beat()
        for future in ended:
            item = running.pop(future)
            if isinstance(future.exception(), BrokenProcessPool):
                died.append(item)
            else:
                yield item[0], _answer(future)
        if died:
            return [*died, *running.values()]
    return []


def _answer(future: Any) -> Came:
    """What came, or that it could not come over."""
    fault = future.exception()
    if fault is None:
        came: Came = future.result()
        return came
    if type(fault).__name__ == "KilledWorker":
        return Failed("worker_died", {})
    return Failed("county_fault", {"kind": type(fault).__name__, "where": "—"})


def _by_dask(crew: Crew, work: Work, items: Sequence[Item], beat: Beat) -> Results:
    with _client(crew) as client:
        run, back = uuid4().hex[:8], SimpleQueue[Any]()
        waiting = {}
        for priority, (name, given) in enumerate(items):
            future = client.submit(attempt, work, given, key=f"{name}-{run}", priority=-priority, pure=False)
            waiting[future.key] = (name, future)
            future.add_done_callback(back.put)
        try:
            while waiting:
                beat()
                try:
                    future = back.get(timeout=BEAT_SECONDS)
                except Empty:
                    if client.status != "running":
                        raise DeploymentError("dask_gone", address=crew.address) from None
                    continue
                if future.cancelled():
                    raise DeploymentError("dask_gone", address=crew.address)
                name, _ = waiting.pop(future.key)
                yield name, _answer(future)
        finally:
            client.cancel([future for _, future in waiting.values()])


@contextmanager
def _client(crew: Crew) -> Iterator[Any]:
    """A client of the scheduler, once it has a worker. Raises DeploymentError."""
    import distributed  # most installations never need it, and it is slow to load

    dask: Any = distributed
    secure = None
    if crew.address.startswith("tls://"):
        files = {"tls_ca_file": crew.ca_file, "tls_client_cert": crew.cert_file, "tls_client_key": crew.key_file}
        secure = dask.Security(require_encryption=True, **files)
    try:
        client = dask.Client(crew.address, security=secure, timeout=CALLED_WITHIN, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as problem:
        raise DeploymentError("dask_unreachable", address=crew.address, reason=type(problem).__name__) from problem
    try:
        try:
            client.wait_for_workers(1, timeout=WORKERS_COME_WITHIN)
        except TimeoutError:
            raise DeploymentError("dask_no_worker", address=crew.address, seconds=WORKERS_COME_WITHIN) from None
        yield client
    finally:
        client.close()
