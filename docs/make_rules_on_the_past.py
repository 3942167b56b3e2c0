"""Writes docs/rules-on-the-past.md: a change of rules tried on the sample calls, step by step.

    python -m docs.make_rules_on_the_past       # half a minute

Every output on the page is that of the command above it, in a home with the sample calls as they
were really said (sample_audio/calls/truth) and with decisions of people as the truth has them.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.stored_calls import keep, samples
from pipeline.configuration.resources import folder
from pipeline.hit import Verdict
from pipeline.scoring.decision import Decision
from pipeline.storage import Store
from sample_audio.truth import read_truth

PAGE = Path(__file__).parent / "rules-on-the-past.md"
ITEM = "forbidden"
FIRST = "  - 我不知道\n"
BROAD = "  - 没有\n"
NARROW = "  - 暂时无法办理\n"
VERDICTS = {"fail": Verdict.FAIL, "clean": Verdict.PASS}
HEAD = """# 先看改动对以往通话的影响，再发布 · See what a change does to the past, then publish

本页由 `python -m docs.make_rules_on_the_past` 生成：规则是产品附带的，通话是 `sample_audio/calls`
的示例（按真实台词，不经识别），每段输出都是上面那条命令的输出。质检员对“是否使用服务禁语”的结论取自示例的标准答案。

This page is made by a script: the sample calls as they were really said, decisions on one item as
the truth of the samples has them, and the output of each command as it came. What becomes of drafts
when rules change, and when a decision holds for the next one: [commands.md](commands.md).
"""


def main() -> None:
    with TemporaryDirectory(prefix="zhiyin-past-") as place:
        home = Path(place)
        text = "\n".join([HEAD, *_steps(home)]).replace(f"{home}/", "")
    PAGE.write_text(text, "utf-8")


def _steps(home: Path) -> Iterator[str]:
    keep(samples(), home)
    lexicon = home / "lexicons" / "forbidden.yaml"
    lexicon.parent.mkdir()
    bundled = (folder("lexicons") / lexicon.name).read_text("utf-8")
    lexicon.write_text(bundled, "utf-8")
    yield _said("## 1. 第一个版本 · The first version")
    yield _run(home, "publish", "--by", "李主管", "--note", "启用")
    count = _decide(home)
    yield _said(
        f"之后，质检员对 {count} 通的“是否使用服务禁语”给出了结论。",
        "## 2. 一个想得太宽的改动 · A change that is too broad",
        "班长想把“没有”也列为禁语，在 `lexicons/forbidden.yaml` 里加了 `- 没有`。发布之前先看：",
    )
    lexicon.write_text(bundled.replace(FIRST, BROAD + FIRST, 1), "utf-8")
    yield _run(home, "rescore", "--diff")
    yield _said(
        "这些“没有”大多是平常话，准确率随之下降：这个改动不发布。",
        "Most of these are ordinary talk, and precision falls: not to be published.",
        "## 3. 换成真正要禁的话 · What was really meant",
        "要禁的是生硬的回绝，改成 `- 暂时无法办理`：",
    )
    lexicon.write_text(bundled.replace(FIRST, NARROW + FIRST, 1), "utf-8")
    yield _run(home, "rescore", "--diff")
    yield _said(
        "只有一通受影响，正是要找的那一通。那里人的结论还是按旧标准下的，所以准确率看似下降；发布后会重新请人判断。",
        "One call, the one that was meant. People judged it by the old standard, which is why "
        "precision seems to fall; they will be asked again.",
    )
    yield _said("## 4. 发布，以往的通话按新规则重新检查 · Publish, and check the past again")
    yield _run(home, "publish", "--by", "李主管", "--note", "回绝时要给出路", "--no-diff")
    yield _run(home, "rescore")
    yield _said("有结论的评分单没有动，新草稿在它旁边。再比一次，已没有差别：")
    yield _run(home, "rescore", "--diff")


def _decide(home: Path) -> int:
    """People's decisions on the item, as the truth has them; how many."""
    count = 0
    with Store(home) as store:
        for path in sorted((folder("sample_audio") / "calls" / "truth").glob("*.json")):
            truth = read_truth(path)
            verdict = VERDICTS.get(truth["items"][ITEM]["expect"])
            for result in store.find(truth["name"]):
                if verdict is not None and result.kept:
                    decision = Decision(item=ITEM, verdict=verdict, by="王质检")
                    store.decide(result.kept[0].id, decision)
                    count += 1
    return count


def _run(home: Path, *words: str) -> str:
    """The command and what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIYIN_")}
    program = "from pipeline.cli import main; main()"
    ran = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", program, *words],
        env={**kept, "ZHIYIN_HOME": str(home)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return f"```text\n$ zhiyin {' '.join(words)}\n{ran.stdout.rstrip()}\n```\n"


def _said(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"


if __name__ == "__main__":
    main()
