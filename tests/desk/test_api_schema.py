"""Every route of the API by its own document: whatever is sent, the answer is as the document says,
and never a fault of ours."""

from collections.abc import Callable, Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from pipeline.settings import Desk, Settings
from tests.desk.programs import Served, served

pytestmark = pytest.mark.desk
EXAMPLES = 25
OPERATIONS = 20
HOSTS = ("testserver", "localhost")
QUICK = Settings(desk=Desk(hosts=HOSTS, requests_per_minute=1_000_000))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = served(tmp_path_factory.mktemp("schema"), QUICK)
    yield made
    made.close()


def everywhere(desk: Served, ask: Callable[[schemathesis.Case], None], examples: int) -> None:
    """Ask every route so many times, of each with the same things every time."""
    document = schemathesis.openapi.from_asgi("/api/v1/openapi.json", desk.app)
    operations = [one.ok() for one in document.get_all_operations()]
    assert len(operations) >= OPERATIONS
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        def asked(case: schemathesis.Case) -> None:
            ask(case)

        asked()


def test_a_lead_may_send_whatever_comes_to_mind(desk: Served) -> None:
    """What the document allows may still be refused: a cursor that is none, a card that stands
    elsewhere."""

    def ask(case: schemathesis.Case) -> None:
        token = {"Authorization": f"Bearer {desk.tokens['lead']}"}
        case.call_and_validate(headers=token, excluded_checks=[positive_data_acceptance])

    everywhere(desk, ask, EXAMPLES)


def test_an_agent_gets_what_is_theirs_or_a_problem(desk: Served) -> None:
    def ask(case: schemathesis.Case) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {desk.tokens['own-agent']}"})
        assert answer.status_code < 500
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == ["application/problem+json"]

    everywhere(desk, ask, 5)
