"""The desk as an application: its pages, and what stands before each of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from pipeline import __version__
from pipeline.configuration.key import secret_key
from pipeline.desk import (
    agent_pages,
    alike_pages,
    audit_page,
    call_page,
    case_files,
    case_pages,
    elsewhere,
    exports_page,
    failures_page,
    health,
    learning_pages,
    login_page,
    marking,
    metrics,
    overview,
    people_pages,
    playlist_pages,
    publishing_pages,
    queue_page,
    rules_pages,
    search_page,
    sound,
    topic_pages,
    training_page,
    trying_pages,
    waiting_pages,
)
from pipeline.desk.api.app import api_app
from pipeline.desk.bodies import Bodies
from pipeline.desk.errors import handle_errors
from pipeline.desk.forgery import Forgery
from pipeline.desk.oidc import Provider
from pipeline.desk.pages import STATIC
from pipeline.desk.place import Place
from pipeline.desk.runs import Runs
from pipeline.desk.security import Guard, Hosts, Proxies
from pipeline.report.rendering import LOOK
from pipeline.settings import Settings
from pipeline.workflow.listening import Fetch, Sounds

SILENT: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}
"""Nothing is told to anybody else."""
ROUTERS = (
    login_page.router,
    elsewhere.router,
    people_pages.router,
    health.router,
    call_page.router,
    marking.router,
    sound.router,
    rules_pages.router,
    trying_pages.router,
    publishing_pages.router,
    waiting_pages.router,
    queue_page.router,
    search_page.router,
    case_files.router,
    case_pages.router,
    playlist_pages.router,
    agent_pages.router,
    overview.router,
    learning_pages.router,
    exports_page.router,
    failures_page.router,
    audit_page.router,
    alike_pages.router,  # its /topics/pairs is no topic's number
    topic_pages.router,
    training_page.router,
    metrics.router,
)


def create_app(home: Path, settings: Settings, fetch: Fetch | None = None) -> FastAPI:
    """The desk of a home. fetch brings a recording here that lies elsewhere.

    Refusal where the home's key is weak or readable by others."""
    sounds = Sounds(home, settings.audio, settings.desk.sound_gigabytes, fetch)
    here, runs = Place(home, settings, secret_key(home), sounds), Runs()
    told = metrics.Metrics(here)

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        yield
        runs.close()
        here.close()

    app = FastAPI(
        title="Zhiyin",
        version=__version__,
        docs_url=None,  # it loads scripts from elsewhere
        redoc_url=None,
        openapi_url=None,
        telemetry=SILENT,
        lifespan=living,
        middleware=[
            Middleware(metrics.Measured, told),
            Middleware(Guard),
            Middleware(Proxies, settings.desk),
            Middleware(Hosts, settings.desk),
            Middleware(Bodies),
            Middleware(Forgery),
        ],
    )
    app.state.place = here
    app.state.provider = Provider(settings.desk) if settings.desk.oidc_issuer else None
    app.state.looked = health.Looked()
    app.state.runs = runs
    app.state.metrics = told
    handle_errors(app)
    app.mount("/static/look", StaticFiles(directory=LOOK))
    app.mount("/static", StaticFiles(directory=STATIC))
    app.mount("/api/v1", api_app(here, SILENT))
    for router in ROUTERS:
        app.include_router(router)
    return app
