"""The account of one verdict, in words that can be forwarded to whoever was scored."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from pipeline.call import Call, Interval, Speaker
from pipeline.hit import Hit
from pipeline.report.condition_words import by_words, leaves, sought
from pipeline.report.events import happened
from pipeline.report.transcript import place
from pipeline.scoring.answer import Look
from pipeline.scoring.condition import Condition, Find, Some
from pipeline.scoring.hearing import by_strangers
from pipeline.scoring.judgement import Asked, Part
from pipeline.scoring.template import Item, Rule
from pipeline.text.phrase import readable
from pipeline.wording import clock, say, word
from pipeline.workflow.explaining import Explained

Row = tuple[str, str]
"""What a line is about, and the line; lines of the same thing leave the first empty."""


OTHER_WAY = {Part.REQUIRE: Part.FORBID, Part.FORBID: Part.REQUIRE}


def _condition(rule: Rule, part: Part) -> Condition | None:
    named = {Part.REQUIRE: rule.require, Part.WHEN: rule.when, Part.UNLESS: rule.unless}
    return named.get(part)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Words of one language for one explained item."""

    explained: Explained
    language: str

    def word(self, key: str, **values: str | float) -> str:
        return word(key, self.language, **values)

    def row(self, key: str, said: str) -> Row:
        return self.word(f"explain.{key}"), said

    def rows(self) -> Iterator[Row]:
        """Call, verdict, what it rests on, and by which rules."""
        told = self.explained
        yield self.row("call", self.recording())
        if told.call.about.agent:
            yield self.row("agent", told.call.about.agent)
        if told.call.about.started:
            yield self.row("when-was", told.call.about.started.replace("T", " "))
        yield self.row("reason", say(told.item.reason, self.language))
        for remark in told.item.remarks:
            yield "", say(remark, self.language)
        if told.explanation is None:
            yield from self.evidence()
        else:
            yield from self.grounds()
        yield self.row("rules", self.ruleset())
        yield self.row("heard", told.call.engine)

    def recording(self) -> str:
        """The call's id or path, and its files where they are called otherwise."""
        name, files = self.explained.recording, self.explained.files
        if not files or name.endswith(files):
            return name
        return self.word("explain.files", name=name, files="、".join(files))

    def evidence(self) -> Iterator[Row]:
        """What the card says, where nobody can look again."""
        for hit in self.explained.item.evidence:
            yield self.row("found", self.hit(hit))

    def grounds(self) -> Iterator[Row]:
        explanation = self.explained.explanation
        if explanation is None:
            return
        item = explanation.ruleset.template.item(self.explained.item.id)
        if item.points:
            yield self.row("cost", self.cost(item))
        if explanation.before is not None:
            other, verdict = explanation.before
            ask = explanation.ruleset.template.item(other).ask
            named = word(f"verdict.{verdict.value}", self.language)
            yield self.row("part-depends", self.word("explain.depends", item=ask, verdict=named))
        rule = item.rule
        parts = (rule.require, rule.forbid, rule.when, rule.unless) if rule else ()
        turned = {id(find) for part in parts for find, other in leaves(part) if other}
        for asked in explanation.asked:
            either = rule is not None and isinstance(_condition(rule, asked.part), Some)
            yield from self.asked(asked, turned, either)
        by = any(by_words(look.find) for look in explanation.looks)
        if explanation.lowest_trust is not None and by:
            percent = 100 * explanation.lowest_trust
            yield self.row("trust", self.word("explain.lowest-trust", percent=percent))

    def cost(self, item: Item) -> str:
        said = self.word(
            "explain.cost-hit" if item.per_hit else "explain.cost-once", points=item.points
        )
        if item.per_hit and item.cap is not None:
            said += self.word("explain.cost-cap", cap=item.cap)
        return said + (self.word(f"explain.cost-fatal-{item.fatal.value}") if item.fatal else "")

    def asked(self, asked: Asked, turned: set[int], either: bool) -> Iterator[Row]:
        """turned: identities of what stands under `none`: forbidden where it may not be there, and
        the other way round. either: one of them is enough."""
        for number, look in enumerate(asked.answer.looks):
            part = OTHER_WAY.get(asked.part, asked.part) if id(look.find) in turned else asked.part
            name = "or" if either and number else part.value
            yield self.row(f"part-{name}", self.sought(look.find, asked.this))
            yield from self.look(look)
            if look.certain or look.doubtful or look.excused:
                for excuse, _ in leaves(look.find.unless):
                    yield self.row("part-unless", self.sought(excuse, None))

    def sought(self, find: Find, this: Hit | None) -> str:
        return sought(find, self.explained.conditions, self.language, this)

    def look(self, look: Look) -> Iterator[Row]:
        if not look.applicable:
            yield "", self.word("explain.lacks-data")
            return
        for hit in look.certain:
            yield self.row("found", self.hit(hit))
        for hit, why in zip_longest(look.doubtful, look.why):
            reason = self.word(f"explain.why-{why or 'other'}")
            yield self.row("doubtful", self.word("explain.why", what=self.hit(hit), why=reason))
        for hit, by in zip(look.excused, look.excuses, strict=True):
            said, excuses = self.hit(hit), "、".join(map(self.place, by))
            yield self.row(
                "excused",
                self.word("explain.because", what=said, excuse=excuses) if excuses else said,
            )
        if not (look.certain or look.doubtful):
            windows = self.spans(look.windows)
            said = self.word(
                "explain.looked-in", what=self.word("explain.nothing"), windows=windows
            )
            yield "", said if windows else self.word("explain.nowhere")
        if look.nearest is not None and not look.doubtful:
            yield self.row("nearest", self.near(look))
        strange = by_strangers(self.explained.call, look.unheard)
        if mute := [span for span in look.unheard if span not in strange]:
            yield self.row("unheard" if by_words(look.find) else "unjudged", self.spans(mute))
        if strange:
            yield self.row("strangers", self.spans(strange))

    def near(self, look: Look) -> str:
        near = look.nearest
        if near is None:
            return ""
        return self.word(
            "explain.near",
            at=near.start,
            quote=near.quote,
            phrase=readable(near.phrase),
            percent=100 * near.score,
            limit=100 * self.explained.scoring.near_miss,
        )

    def hit(self, hit: Hit) -> str:
        kind = self.word(f"explain.kind-{hit.kind.value}", phrase=readable(hit.what))
        percent = 100 * _trust(self.explained.call, hit)
        return self.word("explain.hit", place=self.place(hit), kind=kind, percent=percent)

    def place(self, hit: Hit) -> str:
        """1:05 坐席 “这个我不清楚”, 0:22 静音 12.3 秒."""
        who = word(f"cli.speaker-{hit.speaker.value}", self.language)
        if hit.quote:
            return f"{clock(hit.start)} {who} “{hit.quote}”"
        return f"{clock(hit.start)} {happened(hit, self.language, self.explained.call)}"

    def spans(self, spans: Iterable[Interval]) -> str:
        """A window without an end goes to the end of the call."""
        last = self.explained.call.duration
        cut = ((max(0.0, span.start), min(span.end, last)) for span in spans)
        return "、".join(f"{clock(start)}–{clock(end)}" for start, end in cut)

    def ruleset(self) -> str:
        card = self.explained.card
        return self.word(
            "explain.ruleset",
            title=card.title,
            version=card.version,
            template=card.template,
            digest=card.ruleset[:12],
            code=card.code or "zhiyin",
        )

    def notes(self) -> Iterator[str]:
        """What a reader of an old card must know."""
        told = self.explained
        digest = told.card.ruleset[:12]
        if told.explanation is None:
            yield self.word("explain.rules-lost", digest=digest)
            return
        if not told.in_force:
            yield self.word("explain.changed", digest=digest)
        again = told.explanation.result.verdict
        if again != told.item.verdict:
            named = word(f"verdict.{again.value}", self.language)
            yield self.word("explain.otherwise", verdict=named, code=told.card.code or "zhiyin")


def _trust(call: Call, hit: Hit) -> float:
    """In the words and the speaker; where nobody knows who spoke, in the least trusted word."""
    if hit.turn is None or hit.speaker != Speaker.UNKNOWN:
        return hit.confidence
    turn = call.turns[hit.turn]
    start, end = place(turn, hit)
    words = [word.confidence for word in turn.words for _ in word.text]
    return min(words[start:end], default=hit.confidence)


def rows(explained: Explained, language: str) -> list[Row]:
    """The account, line by line."""
    return list(_Teller(explained, language).rows())


def notes(explained: Explained, language: str) -> list[str]:
    """What is said beside it."""
    return list(_Teller(explained, language).notes())
