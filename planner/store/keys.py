"""The file with the deployment's secrets: one as bytes, or, once rotated, one a line in hexadecimal digits."""

import os
import secrets
from pathlib import Path

from planner.errors import DeploymentError
from planner.store.vault import KEY_BYTES, MOST_KEYS

HEAD = b"planner keys, oldest first\n"


def read_secrets(file: Path) -> tuple[bytes, ...]:
    """All secrets, oldest first; the first one is made where there is no file, readable by its owner only.

    Raises:
        DeploymentError: the file cannot be made or read, or a secret is too short.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        data = file.read_bytes()
    except OSError as problem:
        raise DeploymentError(
            "folder_not_writable", folder=str(file.parent), reason=problem.strerror or ""
        ) from problem
    found = _lines(data, file) if data.startswith(HEAD) else (data,)
    for secret in found:
        if len(secret) < KEY_BYTES:
            raise DeploymentError("key_too_short", file=str(file), bytes=len(secret), least=KEY_BYTES)
    return found


def add_secret(file: Path) -> tuple[bytes, ...]:
    """Put one more secret into the file, whole or not at all; all of them.

    Raises:
        DeploymentError: the file cannot be written, or holds as many as there can be.
    """
    now = read_secrets(file)
    if len(now) >= MOST_KEYS:
        raise DeploymentError("keys_exhausted", file=str(file), most=MOST_KEYS)
    more = (*now, secrets.token_bytes(KEY_BYTES))
    fresh = file.with_suffix(".new")
    try:
        _write(fresh, HEAD + b"".join(secret.hex().encode() + b"\n" for secret in more))
        fresh.replace(file)
    except OSError as problem:
        raise DeploymentError(
            "folder_not_writable", folder=str(file.parent), reason=problem.strerror or ""
        ) from problem
    return more


def _make(file: Path) -> None:
    try:
        _write(file, secrets.token_bytes(KEY_BYTES))
    except FileExistsError:
        return  # another process was first


def _write(file: Path, data: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _lines(data: bytes, file: Path) -> tuple[bytes, ...]:
    try:
        return tuple(bytes.fromhex(line.decode()) for line in data[len(HEAD) :].splitlines() if line)
    except ValueError as problem:
        raise DeploymentError("key_file_damaged", file=str(file)) from problem
