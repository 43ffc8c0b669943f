from pathlib import Path

import pytest

from planner.errors import DeploymentError
from planner.settings import SETTINGS, read_settings, settings_page

ROOT = Path(__file__).resolve().parents[1]


def test_database_lies_in_the_data_folder_unless_told_otherwise() -> None:
    assert read_settings({"PLANNER_DATA_DIR": "/srv/p"}).database_url == "sqlite:////srv/p/planner.db"
    assert read_settings({"PLANNER_DATABASE_URL": "postgresql://h/d"}).database_url == "postgresql://h/d"


def test_misspelt_setting_is_refused() -> None:
    with pytest.raises(DeploymentError) as told:
        read_settings({"PLANNER_REGOIN": "x"})
    assert "PLANNER_REGION" in str(told.value.params["allowed"])


def test_settings_page_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page()
    assert len(SETTINGS) == len({setting.name for setting in SETTINGS})
