from pathlib import Path

import pytest

from planner.errors import DeploymentError
from planner.i18n import LANGUAGES
from planner.settings import SETTINGS, read_settings, settings_page

ROOT = Path(__file__).resolve().parents[1]


def test_database_lies_in_the_data_folder_unless_told_otherwise() -> None:
    assert read_settings({"PLANNER_DATA_DIR": "/srv/p"}).database_url == "sqlite:////srv/p/planner.db"
    assert read_settings({"PLANNER_DATABASE_URL": "postgresql://h/d"}).database_url == "postgresql://h/d"


def test_misspelt_setting_is_refused() -> None:
    with pytest.raises(DeploymentError) as told:
        read_settings({"PLANNER_REGOIN": "x"})
    assert "PLANNER_REGION" in str(told.value.params["allowed"])


def test_language_without_texts_is_refused() -> None:
    with pytest.raises(DeploymentError) as told:
        read_settings({"PLANNER_LANGUAGE": "fr"})
    assert told.value.params == {"name": "PLANNER_LANGUAGE", "value": "fr", "allowed": "zh | en"}


def test_allowed_languages_are_those_of_the_catalogues() -> None:
    [language] = [setting for setting in SETTINGS if setting.name == "language"]
    assert language.allowed == LANGUAGES


def test_empty_variable_means_the_default_and_others_are_not_ours() -> None:
    assert read_settings({"PLANNER_DATA_DIR": "", "HOME": "/root"}) == read_settings({})


def test_settings_page_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page()
    assert len(SETTINGS) == len({setting.name for setting in SETTINGS})
