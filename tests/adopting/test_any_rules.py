"""Whatever a file of rules holds, it gives a template that loads, or is refused as a whole."""

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.adopting.alibaba_operators import TYPES
from pipeline.refusal import Refusal
from pipeline.workflow.adopting import Wish, adopt

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**9),
    st.floats(),
    st.sampled_from(["1", "1e999", "a", "a&&!b", "(", "客服", "不能", "AFTER", "CURRENT", ""]),
)
PHRASES = st.lists(st.sampled_from(["不能", "好", "。", "您好*{2}"]), max_size=3)
PARAMETERS = (
    *(
        "keywords",
        "regex",
        "notRegex",
        "interval",
        "keywordMatchSize",
        "threshold",
        "score",
        "from",
    ),
    *(
        "hit_time",
        "similarity_threshold",
        "velocityInMint",
        "minWordSize",
        "delayTime",
        "beginType",
    ),
    *("similarlySentences", "excludes", "target_role", "compareOperator"),
)
OPERATORS = st.fixed_dictionaries(
    {
        "oid": st.sampled_from(["1", "2"]),
        "type": st.sampled_from([*TYPES, "EMOTION"]),
        "param": st.dictionaries(st.sampled_from(PARAMETERS), ANYTHING | PHRASES, max_size=6),
    }
)
REACH = st.dictionaries(st.sampled_from(["from", "to", "cid", "location", "hit_time"]), ANYTHING)
CONDITIONS = st.fixed_dictionaries(
    {
        "cid": st.sampled_from(["a", "b"]),
        "lambda": st.sampled_from(["1", "1&&!2", ""]),
        "operators": st.lists(OPERATORS, min_size=1, max_size=2),
        "check_range": st.dictionaries(
            st.sampled_from(["role", "range", "anchor"]), ANYTHING | REACH
        ),
    }
)
RULES = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["甲", "乙", ""]),
        "lambda": st.sampled_from(["a", "a&&!b", "!a", "a||b", "c"]),
        "scoreNum": ANYTHING,
        "scoreType": st.sampled_from([1, 3]),
        "level": ANYTHING,
        "effectiveStartTime": st.sampled_from(["2026-13-45", "2026-01-01", ""]),
        "effectiveEndTime": st.sampled_from(["2025-12-01", "2026-05-05", ""]),
        "isHitNumScore": st.booleans(),
    }
)
TREES = st.recursive(
    ANYTHING,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cid", "operators", "param", "lambda"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
OFTEN = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def tried(folder: Path, conditions: list[Any], rules: list[Any]) -> None:
    path = folder / "rules.json"
    path.write_text(json.dumps({"conditions": conditions, "rules": rules}), "utf-8")
    assert adopt(Wish(path, folder / "out", "来自", dry_run=True)).files


@OFTEN
@given(st.lists(CONDITIONS, max_size=2), st.lists(RULES, min_size=1, max_size=2))
def test_rules_with_any_parameters_give_a_template_that_loads(
    tmp_path: Path, conditions: list[Any], rules: list[Any]
) -> None:
    tried(tmp_path, conditions, rules)


@OFTEN
@given(st.lists(TREES, max_size=3), st.lists(TREES, max_size=3))
def test_any_json_gives_a_template_that_loads_or_is_refused(
    tmp_path: Path, conditions: list[Any], rules: list[Any]
) -> None:
    try:
        tried(tmp_path, conditions, rules)
    except Refusal as refusal:
        assert refusal.reason.key == "adopting.nothing"
