"""How right the machine is by the random sample: counted over all cards when something is learned,
and kept, so that a page need not."""

from collections.abc import Mapping

from pipeline.scoring.agreement import Agreement
from pipeline.storage.lesson_records import Key
from pipeline.storage.plain import from_json, to_json
from pipeline.storage.rate_sums import RateSums
from pipeline.storage.topics import Topics
from pipeline.workflow.honest_rates import agreements

KIND = "agreement"
"""Of a finding."""


def keep_agreements(topics: Topics, sums: RateSums, sample: float) -> None:
    """Count them, in the place of the last ones. sample: the share drawn at random."""
    found = agreements(sums, sample)
    topics.keep_finding(KIND, to_json(tuple(sorted(found.items(), key=lambda one: one[0]))))


def last_agreements(topics: Topics) -> tuple[int, Mapping[Key, Agreement]]:
    """When they were counted, in milliseconds since 1970, and what they were; 0 and nothing where
    they never were."""
    kept = topics.finding(KIND)
    if kept is None:
        return 0, {}
    return kept[0], dict(from_json(tuple[tuple[Key, Agreement], ...], kept[1]))
