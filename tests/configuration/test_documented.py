"""docs/settings.md says what settings/ says."""

from pathlib import Path

from pipeline.configuration.known import known
from pipeline.configuration.page import page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_settings_is_up_to_date() -> None:
    written = (DOCS / "settings.md").read_text("utf-8")
    assert written == page(), "run: python -m pipeline.configuration.page > docs/settings.md"


def test_every_setting_is_on_the_page() -> None:
    assert all(f"`{setting.variable}`" in page() for setting in known().values())


def test_every_setting_is_told_in_english_and_in_chinese() -> None:
    """As "English | 中文" in settings/."""
    for setting in known().values():
        assert setting.english and setting.chinese != setting.english, setting.name
