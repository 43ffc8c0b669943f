"""Pages are drawn one after the other, and whoever takes long holds up nobody."""

from threading import Event, Thread

import pytest

from planner.ui.door.turns import Turns

SOON = 20.0
"""Seconds in which a thread surely comes to its turn."""


def begun(turns: Turns, at: list[str], name: str, may_end: Event, within: float = SOON) -> Thread:
    """A thread that has its turn, or has waited ``within`` seconds for it, and keeps it until it ``may_end``."""
    has_turn = Event()

    def run() -> None:
        with turns.turn():
            at.append(name)
            has_turn.set()
            may_end.wait(SOON)
            at.append(f"{name} ends")

    thread = Thread(target=run)
    thread.start()
    has_turn.wait(within)
    return thread


def test_one_at_a_time_and_the_next_when_the_first_is_done() -> None:
    turns, at, may_end = Turns(long=SOON), list[str](), Event()
    threads = [begun(turns, at, name, may_end, within=0.2) for name in ("a", "b", "c")]
    assert at == ["a"]
    may_end.set()
    for thread in threads:
        thread.join(SOON)
    assert at[:2] == ["a", "a ends"]
    assert [(one, f"{one} ends") for one in at[::2]] == list(zip(at[::2], at[1::2], strict=True))
    assert sorted(at[::2]) == ["a", "b", "c"]


def test_who_takes_long_goes_on_beside_the_next() -> None:
    turns, at = Turns(long=0.01), list[str]()
    ends = {name: Event() for name in ("a", "b")}
    first = begun(turns, at, "a", ends["a"])
    second = begun(turns, at, "b", ends["b"])
    assert at == ["a", "b"]
    ends["a"].set()
    first.join(SOON)
    ends["b"].set()
    second.join(SOON)
    assert at == ["a", "b", "a ends", "b ends"]


def test_a_fault_gives_the_turn_on() -> None:
    turns = Turns(long=SOON)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    done = Event()
    done.set()
    begun(turns, at := list[str](), "a", done).join(SOON)
    assert at == ["a", "a ends"]
