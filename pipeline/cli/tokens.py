"""zhiyin user token."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.table import Table

from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.storage import People
from pipeline.storage.tokens import Token, Tokens
from pipeline.workflow.people import known
from pipeline.workflow.tokens import make_token, revoke_token


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed: make one of that name, list them, or revoke one."""

    login: str
    name: str
    listing: bool
    revoke: str
    as_json: bool


def tokens_of(wish: Wish, home: Path | None, lang: str | None) -> int:
    """A new token on standard output; or what there is; or one less."""
    session = begin(home, {"language": lang})
    place = (session.home, session.settings.storage)
    with People(*place) as people, Tokens(*place) as tokens:
        if wish.listing:
            known(people, wish.login)
            return _list(tokens.listed(wish.login), session, wish.as_json)
        if wish.revoke:
            revoke_token(tokens, people, wish.login, wish.revoke, asker())
            session.tell(session.word("token.revoked", found=wish.revoke))
            return Exit.WELL
        print(make_token(tokens, people, wish.login, wish.name, asker()))
    session.tell(session.word("token.once", login=wish.login))
    return Exit.WELL


def _list(found: tuple[Token, ...], session: Session, as_json: bool) -> int:
    if as_json:
        print(json.dumps([_json(one) for one in found], ensure_ascii=False, indent=2))
        return Exit.WELL
    if not found:
        session.tell(session.word("token.none"))
        return Exit.WELL
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "added", "seen", "revoked"):
        table.add_column(session.word(f"token.column-{heading}"))
    for one in found:
        table.add_row(one.name, _shown(one.added), _shown(one.seen), _shown(one.revoked))
    show(table, session.out)
    return Exit.WELL


def _shown(at: int | None) -> str:
    return datetime.fromtimestamp(at / 1000).strftime("%Y-%m-%d %H:%M") if at else ""


def _json(one: Token) -> dict[str, object]:
    return {
        "login": one.login,
        "name": one.name,
        "added": one.added,
        "seen": one.seen,
        "revoked": one.revoked,
    }
