from pathlib import Path

import pytest

from planner.errors import FileUnreadable, RegisterError
from planner.store import audit, register
from planner.usecases.context import Context
from planner.usecases.import_register import import_register
from planner.usecases.score import outdated, score

Files = list[tuple[str, bytes]]


def _files(paths: list[Path]) -> Files:
    return [(path.name, path.read_bytes()) for path in paths]


def test_register_comes_in_and_every_row_is_accounted_for(ctx: Context, demo_files: list[Path]) -> None:
    done = import_register(ctx, _files(demo_files))
    assert done.changed
    assert done.new_cases == len(register.cases(ctx.engine)) == 400
    assert done.report.rows_read == done.report.rows_kept + done.report.rows_rejected
    assert done.report.rows_rejected > 0
    assert done.placed.sum() == 400


def test_same_files_twice_change_nothing(ctx: Context, demo_files: list[Path]) -> None:
    import_register(ctx, _files(demo_files))
    before = (register.cases(ctx.engine), register.parties(ctx.engine), register.placed(ctx.engine))
    again = import_register(ctx, _files(demo_files[::-1]))
    after = (register.cases(ctx.engine), register.parties(ctx.engine), register.placed(ctx.engine))
    assert not again.changed
    assert all(old.equals(new) for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ([("空.xlsx", b"")], FileUnreadable),
        ([("照片.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 64)], FileUnreadable),
        ([("无地址.csv", "案号,立案日期\n(2024)浙0225执1号,2024-01-02\n".encode())], RegisterError),
    ],
    ids=["empty", "picture", "no address column"],
)
def test_bad_input_is_refused_and_changes_nothing(ctx: Context, files: Files, error: type[Exception]) -> None:
    with pytest.raises(error):
        import_register(ctx, files)
    assert register.cases(ctx.engine).empty
    assert register.latest_import(ctx.engine) is None
    assert audit.entries(ctx.engine).empty


def test_no_id_number_of_the_demo_reaches_the_database(ctx: Context, demo_files: list[Path]) -> None:
    import_register(ctx, _files(demo_files))
    ctx.engine.dispose()
    data = b"".join(file.read_bytes() for file in ctx.settings.data_dir.glob("planner.db*"))
    assert b"999999" not in data  # the region prefix of every made-up ID number
    assert b"0225" in data  # the search itself works


def test_score_made_before_an_import_is_outdated(demo: Context) -> None:
    run = score(demo)
    assert not outdated(demo, run)
    text = "案号,立案日期,被执行人,户籍地\n(2026)浙0225执99999号,2026-11-01,示例李四,象山县大徐镇\n"
    import_register(demo, [("新.csv", text.encode())])
    assert outdated(demo, run)
    assert not outdated(demo, score(demo))
