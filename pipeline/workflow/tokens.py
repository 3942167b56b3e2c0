"""Tokens: programs show one with each request to the API, and may what its owner may."""

import secrets

from pipeline.refusal import Refusal
from pipeline.storage import Act, People, Person
from pipeline.storage.tokens import Tokens
from pipeline.workflow.people import hashed, known

PREFIX = "zhiyin_"
"""By which a token is known where it should not be, such as in a repository."""
BYTES = 32
LONGEST = 200
LONGEST_NAME = 60


def make_token(tokens: Tokens, people: People, login: str, name: str, by: str) -> str:
    """A token of somebody, for a program of that name: it is shown this once.

    Refusal where nobody is called so, or they have a token of that name."""
    person = known(people, login)
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refusal("token.name", found=name[:LONGEST_NAME], allowed=LONGEST_NAME)
    token = PREFIX + secrets.token_urlsafe(BYTES)
    act = Act(by, "token-made", login, {"name": name})
    if not tokens.add(person, name, hashed(token), act):
        raise Refusal("token.taken", found=name)
    return token


def revoke_token(tokens: Tokens, people: People, login: str, name: str, by: str) -> None:
    """It is worth nothing from now on. Refusal where there is none of that name."""
    person = known(people, login)
    if not tokens.revoke(person, name, Act(by, "token-revoked", login, {"name": name})):
        raise Refusal("token.unknown", found=name)


def whose(tokens: Tokens, token: str) -> Person | None:
    """Whose token it is, if anybody's."""
    if not token.startswith(PREFIX) or len(token) > LONGEST:
        return None
    return tokens.person(hashed(token))
