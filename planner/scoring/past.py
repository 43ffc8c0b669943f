"""The filings of the past, as a forecast and its test see them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from planner.model.units import DAYS_PER_WEEK
from planner.scoring.local import binary_weights

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Past:
    """Attributes:
    counts: filings by week and township (weeks, n), the week that ends on ``as_of`` last.
    exposure: (n,) expected shares of filings before any is seen.
    near: (n, n) the mean over each township's neighbours.
    codes: the n townships.
    """

    counts: Counts
    exposure: Floats
    near: sparse.csr_array
    codes: pd.Index
    as_of: pd.Timestamp


def past_filings(
    cases: pd.DataFrame, township: pd.Series, townships: pd.DataFrame, pairs: pd.DataFrame, as_of: pd.Timestamp
) -> Past:
    """What was filed until ``as_of``.

    Args:
        cases: CASE_TABLE. township: code by row of ``cases``, NA where not placed. townships: TOWNSHIP_TABLE.
        pairs: a, b: codes of neighbours, each pair once.
    """
    townships = townships.sort_values("code")
    codes = pd.Index(townships["code"].astype(str), name="township_code")
    weights = binary_weights(pairs, list(codes))
    count = np.maximum(weights.sum(axis=1), 1)
    return Past(
        counts=weekly_filings(cases, township, codes, as_of),
        exposure=townships["exposure"].to_numpy(dtype=float),
        near=sparse.csr_array(sparse.diags_array(1 / count) @ weights),
        codes=codes,
        as_of=as_of,
    )


def weekly_filings(cases: pd.DataFrame, township: pd.Series, codes: pd.Index, as_of: pd.Timestamp) -> Counts:
    """Filings by week and township, (weeks, n), the week that ends on ``as_of`` last.

    Cases that a sweep brought up are left out: counting them would send the next sweep where the last one was. Of a
    series (系列案) each township counts the first case only: a hundred wage claims against one employer are one event,
    and say no more about the next month than one claim does.

    Args:
        cases: CASE_TABLE. township: code by row of ``cases``, NA where not placed. codes: the n townships.
    """
    counted = cases[(cases["filed_on"] <= as_of) & ~cases["found_by_sweep"]].sort_values("filed_on", kind="stable")
    of_series = pd.DataFrame({"series": counted["series"], "township": township[counted.index]})
    counted = counted[(counted["series"].isna() | ~of_series.duplicated()).to_numpy(dtype=bool)]
    weeks_ago = (as_of - counted["filed_on"]).dt.days.to_numpy() // DAYS_PER_WEEK
    column = codes.get_indexer(pd.Index(township[counted.index]))
    weeks = int(weeks_ago.max(initial=0)) + 1
    counts = np.zeros((weeks, len(codes)), dtype=np.int64)
    placed = column >= 0
    np.add.at(counts, (weeks - 1 - weeks_ago[placed], column[placed]), 1)
    return counts
