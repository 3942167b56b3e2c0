"""The API as an application of its own below /api/v1, with its OpenAPI document."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig

from pipeline import __version__
from pipeline.desk.api import calls, cards, figures, nights, rules, search
from pipeline.desk.api.asking import problems
from pipeline.desk.api.entering import Pace
from pipeline.desk.errors import handle_errors
from pipeline.desk.place import Place

ABOUT = """
Calls, scorecards, nights and rules of Zhiyin, for programs. Show a token with each request
(`Authorization: Bearer zhiyin_…`; `zhiyin user token LOGIN` makes one): it may do what its owner
may, and what it does is on record under their name.

Lists give `next`, the cursor of what follows. What changes a card names the card's `version` as it
was read; where somebody was faster the answer is 409 with what they did, and nothing is written.
Errors are `application/problem+json` (RFC 9457).
"""
PROBLEM = "application/problem+json"
ROUTERS = (nights.router, calls.router, cards.router, figures.router, rules.router, search.router)


def api_app(here: Place, telemetry: TelemetryConfig) -> FastAPI:
    """The API of a desk."""
    app = FastAPI(
        title="Zhiyin",
        version=__version__,
        description=ABOUT,
        docs_url=None,  # it loads scripts from elsewhere
        redoc_url=None,
        openapi_url="/openapi.json",
        telemetry=telemetry,
        responses=problems(400, 401, 403, 413, 422, 429, 503),
        generate_unique_id_function=_named,
        redirect_slashes=False,
    )
    app.state.place = here
    app.state.pace = Pace()
    handle_errors(app)
    for router in ROUTERS:
        app.include_router(router)
    plain = app.openapi
    app.openapi = lambda: _with_problems(plain())  # type: ignore[method-assign]  # FastAPI's own way
    return app


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The document; what goes wrong is said in a type of its own."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if status >= "400" and "application/json" in content:
                    content[PROBLEM] = content.pop("application/json")
    return document


def _named(route: APIRoute) -> str:
    """get_cards_card: what programs made of the document call it."""
    method = min(route.methods or {"get"}).lower()
    words = route.path.strip("/").replace("{", "").replace("}", "")
    return f"{method}_{words.replace('/', '_')}"
