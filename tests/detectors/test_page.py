"""docs/detectors.md is what the detectors say of themselves."""

from docs.make_detectors import PAGE, page
from pipeline.detectors import names


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs` and commit the page"


def test_the_page_names_every_detector():
    assert all(f"\n## {name}\n" in page() for name in names())
