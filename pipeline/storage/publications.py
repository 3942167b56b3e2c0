"""Published versions of the rules, as rows."""

import json

from sqlalchemy import Connection, Row, func, insert, select

from pipeline.refusal import Refusal
from pipeline.storage.audit_rows import Act, append
from pipeline.storage.database import alone_with, now
from pipeline.storage.records import Publication
from pipeline.storage.tables import publication as publications


def add_publication(connection: Connection, publication: Publication, after: int | None) -> int:
    """Append under the next number, which is given back, and put it on record. after: what the
    last version must be; Refusal where it is another."""
    alone_with(connection, "publication")
    last = connection.execute(select(func.max(publications.c.version))).scalar() or 0
    if after not in (None, last):
        raise Refusal("workflow.published-meanwhile", found=last, by=_by(connection, last))
    version = last + 1
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
    files = "、".join(change["file"] for change in publication.diff.get("rules", ()))
    append(connection, Act(publication.by, "rules-published", str(version), {"files": files}))
    return int(version)


def _by(connection: Connection, version: int) -> str:
    made = select(publications.c.by).where(publications.c.version == version)
    return connection.execute(made).scalar() or ""


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
