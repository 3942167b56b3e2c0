"""The routes of an app, as it was put together."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

FREE = {"HEAD", "OPTIONS"}
"""Answered wherever GET is."""
STATIC = {"/static", "/static/look"}


def routes(app: FastAPI, below: str = "") -> Iterator[tuple[str, str]]:
    """Method and path, as in GET /cards/{card}; static files are not among them."""
    for found in iter_route_contexts(app.routes):
        if isinstance(found.original_route, Mount):
            if isinstance(found.original_route.app, FastAPI):
                yield from routes(found.original_route.app, str(found.path))
            else:
                assert found.path in STATIC, found.path
            continue
        for method in sorted((found.methods or set()) - FREE):
            yield method, f"{below}{found.path}"
