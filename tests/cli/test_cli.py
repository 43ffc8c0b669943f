"""The command line: what a person types, what is printed, and how it ends."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from planner.cli import main, tables
from planner.files.region import load_region
from tests.made_roads import between_villages, osm

ROOT = Path(__file__).resolve().parents[2]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """``run("score")`` -> (exit code, standard output, standard error) in an installation of its own."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PLANNER_REGION", str(ROOT / "data" / "regions" / "330225"))
    monkeypatch.setattr(tables.output, "width", 200)

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["planner", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return called


def test_the_whole_way_on_the_real_outlines(run: Run, xiangshan: Path, demo_files: list[Path], tmp_path: Path) -> None:
    out = str(tmp_path / "region")
    villages = str(xiangshan / "villages.csv")
    code, told, _ = run("region", "import", str(xiangshan / "townships_raw.json"), "--villages", villages, "--out", out)
    assert code == 0
    assert "18 个乡镇" in told
    assert "410 个村" in told
    assert "岛屿" in told
    assert run("import", *map(str, demo_files), "--region", out)[0] == 0
    code, told, _ = run("score", "--region", out)
    assert code == 0
    assert "P(前3)" in told
    code, told, _ = run("explain", "--region", out)
    assert code == 0
    assert "把时间拨回过去" in told
    code, told, _ = run("indicators", "--region", out, "--by", "team")
    assert code == 0
    assert "首执案件终本率" in told
    assert "按承办部门" in told
    code, told, _ = run("plan", "--region", out, "--seconds", "1", "--policy", "spread")
    assert code == 0
    assert "上界" in told
    assert "0 项违规" in told
    assert run("plan", "--region", out, "--seconds", "1")[0] == 0
    code, told, _ = run("plans", "--region", out)
    assert told.count("2026-11-23") >= 2
    plan_id = next(word for word in told.split() if re.fullmatch(r"[0-9a-f]{8}", word))
    code, told, _ = run("show", plan_id, "--region", out)
    assert code == 0
    assert "最多与最少之差" in told
    asked = tmp_path / "asked.xlsx"
    code, told, _ = run("papers", plan_id, "--out", str(asked), "--region", out)
    assert code == 0
    assert "拘传票" in told
    assert "2026-11-20" in told
    assert asked.stat().st_size > 0
    code, told, err = run(
        "replan", plan_id, "2026-11-23", "--at", "09:00", "--absent", "S01@2026-11-25", "--region", out
    )
    assert code == 0, err
    assert f"由方案 {plan_id} 改排" in told
    for wrong in (("--at", "25:99"), ("--absent", "S01@tomorrow"), ("--no-boat", "none")):
        code, _, told = run("replan", plan_id, "2026-11-23", *wrong, "--region", out)
        assert code != 0
        assert wrong[1].split("@")[-1] in told


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("空.xlsx", b"", "空"),
        ("照片.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "PNG"),
        ("无地址.csv", "案号,立案日期\n(2024)浙0225执1号,2024-01-02\n".encode(), "地址"),
    ],
    ids=["empty", "picture", "no address column"],
)
def test_bad_register_has_its_message_and_exit_code(
    run: Run, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    code, _, err = run("import", str(tmp_path / name))
    assert code == 2
    assert told in err
    assert "Traceback" not in err


def test_region_with_a_missing_township(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "region"
    shutil.copytree(ROOT / "data" / "regions" / "330225", folder)
    rows = (folder / "townships.csv").read_text(encoding="utf-8").splitlines()
    (folder / "townships.csv").write_text("\n".join(row for row in rows if "大徐镇" not in row), encoding="utf-8")
    code, _, err = run("score", "--region", str(folder))
    assert code == 2
    assert "大徐镇" in err


def test_squad_of_one(run: Run, tmp_path: Path, demo_files: list[Path]) -> None:
    folder = tmp_path / "region"
    shutil.copytree(ROOT / "data" / "regions" / "330225", folder)
    rows = (folder / "officers.csv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if not row.startswith("S01,") or row.startswith("S01,S01-1")]
    (folder / "officers.csv").write_text("\n".join(kept), encoding="utf-8")
    assert run("import", *map(str, demo_files), "--region", str(folder))[0] == 0
    code, _, err = run("plan", "--region", str(folder), "--seconds", "1")
    assert code == 3
    assert "执行局一组" in err
    assert "没有" not in run("plans", "--region", str(folder))[2]


def test_week_without_a_working_day(run: Run, tmp_path: Path, demo_files: list[Path]) -> None:
    folder = tmp_path / "region"
    shutil.copytree(ROOT / "data" / "regions" / "330225", folder)
    holidays = "\n".join(f'2026-12-{day:02d} = "示例假期"' for day in range(7, 12))
    calendar = (folder / "calendar.toml").read_text(encoding="utf-8")
    assert "[holidays]" in calendar
    (folder / "calendar.toml").write_text(
        calendar.replace("[holidays]", f"[holidays]\n{holidays}", 1), encoding="utf-8"
    )
    assert run("import", *map(str, demo_files), "--region", str(folder))[0] == 0
    code, _, err = run("plan", "--region", str(folder), "--week", "2026-12-07")
    assert code == 3
    assert "示例假期" in err


def test_unknown_setting_and_missing_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("import", "没有这个文件.xlsx")[0] == 2
    monkeypatch.setenv("PLANNER_REGOIN", "x")
    assert run("score")[0] == 4


def test_english(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_LANGUAGE", "en")
    code, _, err = run("score")
    assert code == 3
    assert "Import a register first" in err


def test_roads_are_imported_and_wrong_files_refused(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "region"
    shutil.copytree(ROOT / "data" / "regions" / "330225", folder)
    file = tmp_path / "roads.osm"
    file.write_text(osm(*between_villages(load_region(folder), ["mainland"])), encoding="utf-8")
    code, told, _ = run("region", "roads", str(file), "--region", str(folder))
    assert code == 0
    assert "2024-05-06" in told
    assert "县道" in told
    assert "所在陆地没有已知道路" in told
    file.write_text("<osm", encoding="utf-8")
    code, _, told = run("region", "roads", str(file), "--region", str(folder))
    assert code == 2
    assert "roads.osm" in told


def test_a_day_in_the_field_from_the_command_line(run: Run, demo_files: list[Path], tmp_path: Path) -> None:
    assert run("duty")[0] == 2
    assert run("import", *map(str, demo_files))[0] == 0
    assert run("plan", "--seconds", "1")[0] == 0
    plan_id = re.findall(r"\b[0-9a-f]{8}\b", run("plans")[1])[0]
    assert run("adopt", plan_id)[0] == 0
    code, told, _ = run("duty")
    assert code == 0
    day = "2026-11-23"
    assert "执行局一组" in told
    for name in ("day.pdf", "day.ics", "day.gpx", "day.kml", "day.xlsx"):
        assert run("print", plan_id, "--out", str(tmp_path / name), "--day", day)[0] == 0
        assert (tmp_path / name).stat().st_size > 500
    assert run("print", plan_id, "--sheet", "papers", "--out", str(tmp_path / "papers.pdf"))[0] == 0
    cards = [run("card", plan_id, f"S{n:02d}", day, "--out", str(tmp_path / "card.html")) for n in range(1, 9)]
    assert {code for code, _, _ in cards} <= {0, 2}  # a squad without visits on that day gets none
    assert all(re.search(r"(?:\d{4} ){3}\d{4}", told) for code, told, _ in cards if code == 0)
    assert any(code == 0 for code, _, _ in cards)
    code, _, fault = run("bring-back", str(tmp_path / "card.html"))
    assert (code, "不是路线卡的结果文件" in fault) == (2, True)
    code, told, _ = run("clues", "--text", "示例无此人回来了")
    clue_id = re.findall(r"\b[0-9a-f]{12}\b", told)[0]
    assert run("clue", clue_id, "dismissed")[0] == 0
    assert "没有编号" in run("clue", "nothing", "dismissed")[2]
    assert "(2099)浙0225执1号" in run("send", "relief", "(2099)浙0225执1号")[2]


def test_a_trial_is_drawn_once_and_told(run: Run, demo_files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("import", *map(str, demo_files))[0] == 0
    code, told, _ = run("trial")
    assert (code, "还没有抽过签" in told) == (0, True)
    code, _, said = run("trial", "draw", "--start", "2020-01-06")
    assert (code, "不在今天" in said) == (2, True)
    code, _, said = run("trial", "draw", "--start", "2099-01-05")
    assert (code, "日历只到" in said) == (3, True)
    friday = datetime(2026, 11, 20, 9, tzinfo=UTC)
    monkeypatch.setattr("planner.bootstrap.datetime", type("Friday", (), {"now": staticmethod(lambda _: friday)}))
    draw = ("trial", "draw", "--start", "2026-11-23", "--pairs", "6", "--seed", "5")
    code, told, _ = run(*draw)
    assert (code, "5:2026-11-23" in told) == (0, True)
    code, _, said = run(*draw)
    assert (code, "已属于试验" in said) == (2, True)
    code, told, _ = run("trial")
    assert (code, "还没开始" in told) == (0, True)


def test_words_on_the_policy_from_the_command_line(run: Run) -> None:
    code, told, _ = run("delivered")
    assert code == 0
    assert "还没有已采用且已开始的集中执行" in told
    code, told, _ = run("policy")
    assert code == 0
    assert "没有现行决定" in told
    assert run("policy", "set", "worth.p_find", "0.3", "--reason", "偏低")[0] == 0
    assert run("policy", "set", "duty.start", "07:30", "--reason", "夏令时")[0] == 0
    assert "文件中的值 → 0.3" in run("policy")[1]
    code, _, said = run("policy", "set", "worth.p_find", "1.5", "--reason", "偏低")
    assert code == 2
    assert "0 … 1" in said
    assert run("policy", "set", "worth.p_find", "file", "--reason", "恢复")[0] == 0
    assert "worth.p_find" not in run("policy")[1].partition("参数要不要改")[0]
