"""The shipped region, read once, and small made-up parties."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.files.region import load_region
from planner.model.case import PARTY_TABLE
from planner.model.region import Region

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "regions" / "330225"


@pytest.fixture(scope="session")
def region() -> Region:
    return load_region(SHIPPED)


@pytest.fixture(scope="session")
def make_parties() -> Callable[..., pd.DataFrame]:
    """Parties from keyword rows; what is not said is a debtor without an address."""

    def made(*rows: dict[str, object]) -> pd.DataFrame:
        blank = {
            "case_id": "c1", "party_no": 1, "role": "debtor", "name": "示例甲", "is_company": False, "id_hash": None,
            "phone": None, "residence": None, "service": None, "domicile": None, "x": np.nan, "y": np.nan,
        }  # fmt: skip
        return PARTY_TABLE.validate(pd.DataFrame([blank | row for row in rows]))

    return made
