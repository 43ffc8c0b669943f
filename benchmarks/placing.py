"""Placing 2,000 made-up debtors whose truth is known, with jionlp and addressparser on the same list.

    python -m benchmarks.placing --data FOLDER [--seeds 1 2 3] [--count 2000] [--json]
    python -m benchmarks.placing --data FOLDER --fit        # fits planner/geo/confidence.toml, on seeds of its own

FOLDER holds zhejiang/townships.csv (city, county, township: the traps of other counties). The peers are optional:

    pip install --no-deps --require-hashes --target FOLDER -r benchmarks/requirements-peers.lock
    PYTHONPATH=FOLDER python -m benchmarks.placing --data ...
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.address_parsers import peers, shares
from benchmarks.debtors import Debtor, parties, write_debtors
from benchmarks.fit_confidence import SEEDS, fitted, taught, write_weights
from benchmarks.second_county import second_county
from planner.files.region import load_region
from planner.geo.place import place_cases
from planner.model.policy import GazetteerPolicy
from planner.model.region import Region

ROOT = Path(__file__).resolve().parents[1]
REGION = ROOT / "data" / "regions" / "330225"
AIMS = {"township": 98.0, "village": 92.0, "wrong_and_sure": 0.5}
SURE = 0.9
BINS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0001)
DATUMS = ("WGS-84", "CGCS2000", "GCJ-02", "BD-09")
WEIGHTS = ROOT / "planner" / "geo" / "confidence.toml"
COLUMNS = ("debtors", "township", "village", "wrong_and_sure", "sure", "queue", "ece")


def scored(debtors: list[Debtor], placed: pd.DataFrame) -> pd.DataFrame:
    """One row per debtor: kind, confidence, right, village_right (NA where no village is true), waits."""
    truth = pd.DataFrame([vars(debtor) for debtor in debtors])
    outside = truth["township"] == ""
    township = placed["township_code"].astype(object).where(placed["township_code"].notna(), "").to_numpy()
    village = placed["village_code"].astype(object).where(placed["village_code"].notna(), "").to_numpy()
    right = np.where(outside, (placed["method"] == "outside").to_numpy(), truth["township"].to_numpy() == township)
    village_right = pd.Series(village == truth["village"].to_numpy(), dtype="boolean").mask(truth["village"] == "")
    return pd.DataFrame(
        {
            "kind": truth["kind"],
            "confidence": placed["confidence"].to_numpy(float),
            "right": right.astype(bool),
            "village_right": village_right,
            "waits": (placed["confidence"] < GazetteerPolicy().queue_below).to_numpy(),
        }
    )


def figures(rows: pd.DataFrame) -> dict[str, Any]:
    """Percent; ``village`` None where no village is true."""
    sure = rows["confidence"] >= SURE
    village = rows["village_right"].dropna().astype(float)
    return {
        "debtors": len(rows),
        "township": 100 * float(rows["right"].mean()),
        "village": 100 * float(village.mean()) if len(village) else None,
        "wrong_and_sure": 100 * float((sure & ~rows["right"]).mean()),
        "sure": 100 * float(sure.mean()),
        "queue": 100 * float(rows["waits"].mean()),
        "ece": 100 * calibration_error(rows),
    }


def calibration(rows: pd.DataFrame) -> list[dict[str, float]]:
    """By bins of confidence: how many, mean confidence, share right."""
    groups = rows.groupby(pd.cut(rows["confidence"], BINS, right=False), observed=True)
    return [
        {"from": edge.left, "n": len(g), "said": float(g["confidence"].mean()), "right": float(g["right"].mean())}
        for edge, g in groups
    ]


def calibration_error(rows: pd.DataFrame) -> float:
    """Expected calibration error over BINS."""
    return sum(line["n"] * abs(line["said"] - line["right"]) for line in calibration(rows)) / len(rows)


def run(
    region: Region, elsewhere: pd.DataFrame, count: int, seed: int, datum: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """One register: its scored rows; its datum, the datum guessed, and seconds."""
    debtors, aliases = write_debtors(region, elsewhere, count, seed)
    table = parties(debtors, datum)
    start = time.perf_counter()
    placing = place_cases(table, taught(region, aliases), GazetteerPolicy())
    seconds = time.perf_counter() - start
    rows = scored(debtors, placing.table)
    about = {"datum": datum, "guessed": placing.datum, "margin": placing.margin, "points": placing.points}
    return rows, {"seed": seed, **about, "seconds": seconds, **figures(rows)}


def measure(region: Region, elsewhere: pd.DataFrame, count: int, seeds: Sequence[int]) -> dict[str, Any]:
    """Registers of all seeds, each in another datum: together, one by one, by kind, by confidence."""
    runs = [run(region, elsewhere, count, seed, DATUMS[turn % len(DATUMS)]) for turn, seed in enumerate(seeds)]
    rows = pd.concat([rows for rows, _ in runs], ignore_index=True)
    kinds = {str(kind): figures(of_kind) for kind, of_kind in rows.groupby("kind")}
    return {
        "county": region.name,
        "all": figures(rows),
        "registers": [about for _, about in runs],
        "kinds": kinds,
        "calibration": calibration(rows),
    }


def compare(region: Region, elsewhere: pd.DataFrame, count: int, seeds: Sequence[int]) -> dict[str, Any]:
    """The peers on the same debtors: percent of townships and villages, None where a peer is not installed."""
    found: dict[str, Any] = {}
    for name, parse in peers().items():
        if parse:
            each = [shares(write_debtors(region, elsewhere, count, seed)[0], region, parse) for seed in seeds]
            found[name] = {key: float(np.mean([one[key] for one in each])) for key in ("township", "village")}
        else:
            found[name] = None
    return found


def show(report: dict[str, Any]) -> None:
    print(f"\n{report['county']}: {report['all']['debtors']} debtors\n")
    print(f"{'':<20}" + "".join(f"{name:>16}" for name in COLUMNS))
    lines = {"all": report["all"]} | {f"seed {r['seed']}, {r['datum']}": r for r in report["registers"]}
    for name, line in (lines | report["kinds"]).items():
        cells = "".join(f"{'-':>16}" if line[key] is None else f"{line[key]:>16.2f}" for key in COLUMNS)
        print(f"{name:<20}{cells}")
    print(f"\n{'confidence from':<20}{'debtors':>16}{'said':>16}{'right':>16}")
    for line in report["calibration"]:
        print(f"{line['from']:<20}{line['n']:>16}{100 * line['said']:>16.1f}{100 * line['right']:>16.1f}")
    for r in report["registers"]:
        taken = f"taken for {r['guessed']} (margin {r['margin']:.3f})"
        print(f"seed {r['seed']}: {r['points']} points in {r['datum']}, {taken}; {r['seconds']:.2f} s")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4])
    options.add_argument("--count", type=int, default=2000)
    options.add_argument("--fit", action="store_true")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    elsewhere = pd.read_csv(chosen.data / "zhejiang" / "townships.csv", dtype=str)
    region = load_region(REGION)
    if chosen.fit:
        write_weights(fitted(region, elsewhere, chosen.count), WEIGHTS)
        return
    if overlap := set(chosen.seeds) & set(SEEDS):
        options.error(f"seeds {sorted(overlap)} were used to fit the weights")
    home = measure(region, elsewhere, chosen.count, chosen.seeds)
    other = measure(second_county(region, elsewhere), elsewhere, chosen.count, chosen.seeds)
    rivals = compare(region, elsewhere, chosen.count, chosen.seeds)
    show(home)
    print("\nthe same list, percent" + " " * 10 + f"{'township':>10}{'village':>10}")
    for name, line in ({"planner": home["all"]} | rivals).items():
        cells = f"{line['township']:>10.2f}{line['village']:>10.2f}" if line else f"{'not installed':>20}"
        print(f"{name:<32}{cells}")
    show(other)
    print("\naims: " + ", ".join(f"{name} {aim}" for name, aim in AIMS.items()))
    if chosen.json:
        print(json.dumps({"aims": AIMS, "home": home, "second_county": other, "peers": rivals}, ensure_ascii=False))


if __name__ == "__main__":
    main()
