"""Commands that keep an installation: accounts, audit, backups, keys, forgetting, its health."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from planner import bootstrap
from planner.access import PAGE_ROLES
from planner.cli import tables
from planner.cli.shared import RegionOption, context, settings_of, translator_of
from planner.errors import DeploymentError, InputError
from planner.model.units import moment
from planner.usecases.audit_log import verify
from planner.usecases.keep import examine, forget_people, make_backup, rotate_key
from planner.usecases.users import add_demo_users, add_user, change_user, list_users, reset_password

app = typer.Typer()
user_app = typer.Typer(help="账户 · Accounts: who may sign in to the pages, and as what.")
audit_app = typer.Typer(help="审计日志 · The audit log.")
key_app = typer.Typer(help="密钥 · The keys that seal personal data.")
for name, group in (("user", user_app), ("audit", audit_app), ("key", key_app)):
    app.add_typer(group, name=name)

Name = Annotated[str, typer.Argument(help="The account's name.")]
Role = Annotated[str, typer.Option(help=" | ".join(PAGE_ROLES))]
SquadOption = Annotated[str | None, typer.Option(help="A squad's id; for officers.")]
BROKEN = 1


@user_app.command("add")
def user_add(
    name: Name,
    role: Role,
    squad: SquadOption = None,
    elsewhere: Annotated[bool, typer.Option("--elsewhere", help="A provider or proxy says who it is.")] = False,
    region: RegionOption = None,
) -> None:
    """新增账户。Add an account; its first password is shown once."""
    t = translator_of()
    with context(region) as ctx:
        words = add_user(ctx, name, role, squad, own_password=not elsewhere)
    typer.echo(t("users.made", name=name, password=words) if words else t("users.made_elsewhere", name=name))


@user_app.command("list")
def user_list(region: RegionOption = None) -> None:
    """列出账户。All accounts."""
    t = translator_of()
    with context(region) as ctx:
        accounts = list_users(ctx)
    rows = [
        (
            row.name,
            t(f"role.{row.role}"),
            row.squad_id if isinstance(row.squad_id, str) else "—",
            "✓" if row.active else "✕",
        )
        for row in accounts.itertuples()
    ]
    tables.show_table(t("users.title"), [t(f"column.{name}") for name in ("account", "role", "squad", "state")], rows)


@user_app.command("change")
def user_change(
    name: Name,
    role: Role,
    squad: SquadOption = None,
    closed: Annotated[bool, typer.Option("--closed", help="May no longer sign in.")] = False,
    region: RegionOption = None,
) -> None:
    """改账户。Give an account another role, squad or standing; it is signed out everywhere."""
    with context(region) as ctx:
        change_user(ctx, name, _version(ctx, name), role, squad, active=not closed)
    typer.echo(translator_of()("users.saved", name=name))


@user_app.command("reset")
def user_reset(name: Name, region: RegionOption = None) -> None:
    """重设口令。A new first password, shown once."""
    with context(region) as ctx:
        words = reset_password(ctx, name, _version(ctx, name))
    typer.echo(translator_of()("users.reset_done", name=name, password=words))


@user_app.command("demo")
def user_demo(region: RegionOption = None) -> None:
    """演示账户。One made-up account per role, without a password; only a demo (PLANNER_IDENTITY=demo) lets them in."""
    with context(region) as ctx:
        add_demo_users(ctx)


@audit_app.command("verify")
def audit_verify(region: RegionOption = None) -> None:
    """核对审计链条。Check the chain of the audit log; exit code 1 where it is broken."""
    t = translator_of()
    with context(region) as ctx:
        checked = verify(ctx)
    if checked.broken is not None:
        tables.errors.print(t("audit.broken", row=checked.broken), style="bold red")
        raise typer.Exit(BROKEN)
    at = moment(checked.at)
    typer.echo(t("audit.intact", count=f"{checked.rows:,}", at=at, hash=checked.last_hash or "—"))


@app.command()
def serve(port: Annotated[int, typer.Option(help="Port to listen on.")] = 8501) -> None:
    """启动页面。Serve the pages behind their gate, on the address of PLANNER_ADDRESS (this
    machine only, unless told)."""
    script = Path(__file__).resolve().parents[2] / "app.py"
    if not script.exists():
        raise DeploymentError("app_missing", path=str(script))
    place = ["--server.address", settings_of().address, "--server.port", str(port)]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *place]
    os.chdir(script.parent)
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter and script, which then gets the signals


@app.command()
def backup(out: Annotated[Path, typer.Argument(help="File to write (.zip).")], region: RegionOption = None) -> None:
    """备份。Back up the database while others work; read again and checked before it is in
    place. The key is not in it."""
    with context(region) as ctx:
        made = make_backup(ctx, out)
    rows = sum(kept.rows for kept in made.tables.values())
    typer.echo(translator_of()("keep.backed_up", path=out, tables=len(made.tables), rows=f"{rows:,}"))


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """恢复。Fill the empty database of PLANNER_DATABASE_URL from a backup, and compare every table with it."""
    if not file.is_file():
        raise InputError("file_missing", path=str(file), reason="")
    with file.open("rb") as data:
        compared = bootstrap.restore(settings_of(), data)
    rows = sum(one.found.rows for one in compared)
    typer.echo(translator_of()("keep.restored", tables=len(compared), rows=f"{rows:,}"))


@key_app.command("rotate")
def key_rotate(region: RegionOption = None) -> None:
    """轮换密钥。A new key, and everything personal sealed with it. Stop the pages first, and
    start them again afterwards."""
    with context(region) as ctx:
        number, count = rotate_key(ctx)
    typer.echo(translator_of()("keep.rotated", number=number, count=f"{count:,}"))


@app.command()
def forget(
    before: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Cases closed before this day.")],
    sure: Annotated[bool, typer.Option("--sure", help="Do it; nothing brings the names back.")] = False,
    region: RegionOption = None,
) -> None:
    """删去个人信息。Take away the people of cases closed before a day, and of clues, outcomes, imports and cards
    of before it."""
    t = translator_of()
    if not sure:
        raise InputError("forget_unsure", day=f"{before:%Y-%m-%d}")
    with context(region) as ctx:
        gone = forget_people(ctx, before.date())
    typer.echo(t("keep.forgotten", **{name: f"{count:,}" for name, count in vars(gone).items()}))


@app.command()
def doctor(region: RegionOption = None) -> None:
    """安装检查。Whether this installation is in order; exit code 1 where something failed."""
    t = translator_of()
    with context(region) as ctx:
        checks = examine(ctx)
    rows = [(t(f"doctor.{check.name}"), t(f"doctor.{check.state}"), check.told) for check in checks]
    tables.show_table(t("doctor.title"), [t(f"column.{name}") for name in ("check", "state", "detail")], rows)
    if any(check.state == "fail" for check in checks):
        raise typer.Exit(BROKEN)


def _version(ctx: bootstrap.Context, name: str) -> int:
    found = list_users(ctx)
    mine = found[found["name"] == name]
    return int(mine["version"].iloc[0]) if len(mine) else 0
