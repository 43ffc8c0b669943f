"""Keeping an installation: backups, keys, forgetting, and whether all is in order."""

import os
import shutil
import stat
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from planner.errors import DeploymentError, Impossible, InputError, PlannerError
from planner.store import accounts, audit, backup, keys, register, reseal
from planner.store.backup import Manifest
from planner.store.engine import reading, vault_of_engine
from planner.store.reseal import Forgotten
from planner.usecases.context import Context, permit

LEAST_FREE_BYTES = 2_000_000_000
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Check:
    """``name``: catalogue ``doctor.<name>``; ``state``: ok | warn | fail; ``told``: what was found."""

    name: str
    state: str
    told: str


def make_backup(ctx: Context, out: Path) -> Manifest:
    """Write a backup while others work, read it again, and put it in place only then.

    Raises:
        InputError: the file exists or cannot be written. DeploymentError: the database cannot be read.
    """
    permit(ctx, "system.keep")
    if out.exists():
        raise InputError("file_exists", path=str(out))
    fresh = out.with_name(out.name + ".part")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            made = backup.write_backup(ctx.engine, file, ctx.clock())
            file.flush()
            os.fsync(file.fileno())
        with fresh.open("rb") as file:
            backup.verify(file)
        fresh.replace(out)
    except OSError as problem:
        fresh.unlink(missing_ok=True)
        raise InputError("file_not_written", path=str(out), reason=problem.strerror or "") from problem
    audit.record(ctx.engine, ctx.clock(), ctx.actor.name, "backup.made", out.name, made.audit_hash)
    return made


def rotate_key(ctx: Context) -> tuple[int, int]:
    """A new secret, and everything personal sealed anew; number of the key, and of the values.

    Raises:
        DeploymentError: the key file cannot be written, or a value does not open (nothing was resealed).
    """
    permit(ctx, "system.keep")
    if vault_of_engine(ctx.engine).newest != len(keys.read_secrets(ctx.settings.key_file)):
        raise Impossible("key_file_changed")
    secrets = keys.add_secret(ctx.settings.key_file)
    return len(secrets), reseal.reseal(ctx.engine, secrets[-1], ctx.clock(), ctx.actor.name)


def forget_people(ctx: Context, before: date) -> Forgotten:
    """As store.reseal.forget. Backups of before still hold what was forgotten.

    Raises:
        Impossible: the day is in the future.
    """
    permit(ctx, "system.keep")
    if before > ctx.clock().date():
        raise Impossible("forget_in_future", day=before.isoformat())
    return reseal.forget(ctx.engine, before, ctx.clock(), ctx.actor.name)


def examine(ctx: Context) -> list[Check]:
    """Whether the installation is in order, check by check; none stops at another's failure."""
    permit(ctx, "system.see")
    return [
        _database(ctx), _key_file(ctx), _sealed(ctx), _old_keys(ctx), _chain(ctx), _space(ctx), _identity(ctx),
        _register(ctx),
    ]  # fmt: skip


def _database(ctx: Context) -> Check:
    """SQLite's own check of the file; elsewhere that it answers."""
    with reading(ctx.engine) as connection:
        if ctx.engine.dialect.name == "sqlite":
            told = str(connection.scalar(sa.text("PRAGMA integrity_check")))
            return Check("database", "ok" if told == "ok" else "fail", told)
        return Check("database", "ok", str(connection.scalar(sa.text("SHOW server_version"))))


def _key_file(ctx: Context) -> Check:
    mode = ctx.settings.key_file.stat().st_mode
    return Check("key_file", "warn" if mode & OTHERS else "ok", stat.filemode(mode))


def _sealed(ctx: Context) -> Check:
    """Whether the names can be read with this key."""
    try:
        found = len(register.parties(ctx.engine))
    except DeploymentError as error:
        return Check("sealed", "fail", error.key)
    return Check("sealed", "ok", f"{found:,}")


def _old_keys(ctx: Context) -> Check:
    newest, oldest = vault_of_engine(ctx.engine).newest, reseal.oldest_key(ctx.engine)
    return Check(
        "old_keys", "warn" if oldest is not None and oldest < newest else "ok", f"{oldest or newest} / {newest}"
    )


def _chain(ctx: Context) -> Check:
    broken = audit.first_broken(ctx.engine)
    return Check("audit_chain", "ok" if broken is None else "fail", "—" if broken is None else str(broken))


def _space(ctx: Context) -> Check:
    free = shutil.disk_usage(ctx.settings.data_dir).free
    return Check("space", "ok" if free >= LEAST_FREE_BYTES else "warn", f"{free / 1e9:.1f} GB")


def _identity(ctx: Context) -> Check:
    identity = ctx.settings.identity
    chiefs = (accounts.listed(ctx.engine)["role"] == "administrator").any()
    return Check("identity", "warn" if identity == "demo" or not chiefs else "ok", identity)


def _register(ctx: Context) -> Check:
    try:
        cases = len(register.cases(ctx.engine))
    except PlannerError as error:
        return Check("register", "fail", error.key)
    return Check("register", "ok" if cases else "warn", f"{cases:,}")
