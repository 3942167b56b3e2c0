"""Pages of docs whose sections are written by scripts: docs/insight-measured.md, where none is
named."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "insight-measured.md"


def put(title: str, body: str, page: Path = PAGE) -> None:
    """Put a section in the place of the one with its title, or at the end."""
    text = page.read_text("utf-8")
    head = f"## {title}\n"
    before, _, rest = text.partition(head)
    after = rest.partition("\n## ")
    tail = f"\n## {after[2]}" if after[1] else ""
    page.write_text(f"{before.rstrip()}\n\n{head}\n{body.strip()}\n{tail}", "utf-8")
