"""Files that wait for a job: sealed, and gone when it has ended."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine

from planner.errors import DeploymentError
from planner.store.engine import vault_of_engine

FOLDER = "spool"


def keep(engine: Engine, data_dir: Path, name: str, files: Sequence[tuple[str, bytes]]) -> None:
    """Put files (name, bytes) aside under a name.

    Raises:
        DeploymentError: the folder cannot be written.
    """
    vault = vault_of_engine(engine)
    folder = data_dir / FOLDER / name
    try:
        folder.mkdir(parents=True, mode=0o700)
        for n, (title, data) in enumerate(files):
            head = json.dumps(title, ensure_ascii=False).encode()
            (folder / str(n)).write_bytes(vault.seal(head + b"\n" + data, f"spool/{name}/{n}"))
    except OSError as problem:
        raise DeploymentError("folder_not_writable", folder=str(folder), reason=problem.strerror or "") from problem


def take(engine: Engine, data_dir: Path, name: str) -> list[tuple[str, bytes]]:
    """The files that were put aside; raises DeploymentError where they are gone."""
    vault = vault_of_engine(engine)
    files = []
    try:
        for path in sorted((data_dir / FOLDER / name).iterdir(), key=lambda path: int(path.name)):
            head, _, data = vault.unseal(path.read_bytes(), f"spool/{name}/{path.name}").partition(b"\n")
            files.append((str(json.loads(head)), data))
    except OSError as problem:
        raise DeploymentError("spool_gone", name=name, reason=problem.strerror or "") from problem
    return files


def drop(data_dir: Path, name: str) -> None:
    shutil.rmtree(data_dir / FOLDER / name, ignore_errors=True)


def names(data_dir: Path) -> list[str]:
    """The names under which files wait."""
    folder = data_dir / FOLDER
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
