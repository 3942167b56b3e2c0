"""Published versions of the rules, as rows."""

import json

from sqlalchemy import Connection, Row, func, insert, select

from pipeline.storage.database import alone_with, now
from pipeline.storage.records import Publication
from pipeline.storage.tables import publication as publications


def add_publication(connection: Connection, publication: Publication) -> int:
    """Append under the next number, which is given back."""
    alone_with(connection, "publication")
    version = 1 + (connection.execute(select(func.max(publications.c.version))).scalar() or 0)
    row = {
        "version": version,
        "by": publication.by,
        "at": publication.at or now(),
        "note": publication.note,
        "rulesets": _json(publication.rulesets),
        "texts": _json(publication.texts),
        "diff": _json(publication.diff),
    }
    connection.execute(insert(publications).values(**row))
    return int(version)


def read_publication(connection: Connection, version: int | None) -> Publication | None:
    """That version, or without one the last."""
    chosen = select(publications).order_by(publications.c.version.desc()).limit(1)
    if version is not None:
        chosen = chosen.where(publications.c.version == version)
    row = connection.execute(chosen).first()
    return None if row is None else _publication(row)


def read_publications(connection: Connection) -> tuple[Publication, ...]:
    """All of them, the last one first."""
    rows = connection.execute(select(publications).order_by(publications.c.version.desc()))
    return tuple(_publication(row) for row in rows)


def _publication(row: Row[tuple[object, ...]]) -> Publication:
    return Publication(
        version=row.version,
        by=row.by,
        at=row.at,
        note=row.note,
        rulesets=json.loads(row.rulesets),
        texts=json.loads(row.texts),
        diff=json.loads(row.diff),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
