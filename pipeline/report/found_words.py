"""A turn that a search found, as it is shown: what was found told apart from the rest."""

from collections.abc import Iterator

from pipeline.storage.search_records import Hit

AROUND = 24
"""Characters that are shown before the first word found."""


def pieces(hit: Hit) -> Iterator[tuple[str, bool]]:
    """The turn from a little before the first word found on; whether each piece was found."""
    first = max(0, hit.spans[0][0] - AROUND)
    at = first
    if first:
        yield "…", False
    for start, end in hit.spans:
        yield hit.text[at:start], False
        yield hit.text[start:end], True
        at = end
    yield hit.text[at:], False
