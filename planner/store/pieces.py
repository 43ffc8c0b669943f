"""Pieces of a split register that wait for their county: sealed, in blocks, and gone once they were taken in.

A large register never lies in memory as a whole: what has come for a county is written when it is enough for a block.
"""

import json
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from planner.errors import DeploymentError
from planner.store.engine import vault_of_engine
from planner.store.vault import Vault

FOLDER = "pieces"
HELD_BYTES = 64 << 20
"""Of all counties together, before they are written."""


@dataclass
class PieceWriter:
    """Rows of tables (numbered as they came) on their way to counties. ``digests``: sha256 of all that a county got."""

    vault: Vault
    folder: Path
    run: str
    held: dict[tuple[str, int], list[bytes]] = field(default_factory=lambda: defaultdict(list))
    bytes_held: int = 0
    blocks: int = 0
    digests: dict[str, Any] = field(default_factory=dict)

    def add(self, county: str, table: int, rows: bytes) -> None:
        """Raises DeploymentError: the folder cannot be written."""
        self.digests.setdefault(county, sha256()).update(rows)
        self.held[county, table].append(rows)
        self.bytes_held += len(rows)
        if self.bytes_held > HELD_BYTES:
            self.flush()

    def flush(self) -> None:
        for (county, table), rows in self.held.items():
            self.blocks += 1
            name = f"{table}-{self.blocks:06d}"
            _write(self.folder / county / name, self.vault.seal(b"".join(rows), f"pieces/{self.run}/{county}/{name}"))
        self.held.clear()
        self.bytes_held = 0


def writer(engine: Engine, data_dir: Path, run: str) -> PieceWriter:
    return PieceWriter(vault_of_engine(engine), data_dir / FOLDER / run, run)


def finish(pieces: PieceWriter, heads: list[tuple[str, bytes]]) -> None:
    """Write what is held, and for every county the tables' names and heads: from now on its piece can be taken."""
    pieces.flush()
    told = json.dumps([[name, head.decode()] for name, head in heads], ensure_ascii=False).encode()
    for county in pieces.digests:
        where = f"pieces/{pieces.run}/{county}/heads"
        _write(pieces.folder / county / "heads", pieces.vault.seal(told, where))


def discard(pieces: PieceWriter) -> None:
    """Forget all that was written."""
    shutil.rmtree(pieces.folder, ignore_errors=True)


def take(engine: Engine, folder: Path, county: str) -> list[tuple[str, bytes]]:
    """The tables of a county as files (name, CSV with its head), those without rows left out. ``folder``: of the run.

    Raises:
        DeploymentError: they are gone, or cannot be read.
    """
    vault, run, own = vault_of_engine(engine), folder.name, folder / county
    try:
        heads = json.loads(vault.unseal((own / "heads").read_bytes(), f"pieces/{run}/{county}/heads"))
        files: dict[int, list[bytes]] = {}
        for path in sorted(own.glob("*-*")):
            rows = vault.unseal(path.read_bytes(), f"pieces/{run}/{county}/{path.name}")
            files.setdefault(int(path.name.partition("-")[0]), []).append(rows)
    except OSError as problem:
        raise DeploymentError("pieces_gone", folder=str(own), reason=problem.strerror or "") from problem
    return [(heads[n][0], b"".join([heads[n][1].encode(), *blocks])) for n, blocks in sorted(files.items())]


def drop(folder: Path, county: str) -> None:
    """Forget a county's piece; the run's folder goes with the last of them."""
    shutil.rmtree(folder / county, ignore_errors=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        path.write_bytes(data)
    except OSError as problem:
        raise DeploymentError(
            "folder_not_writable", folder=str(path.parent), reason=problem.strerror or ""
        ) from problem
