"""A condition in words: who, where, what."""

from collections.abc import Iterator, Mapping

from pipeline.call import Speaker
from pipeline.detectors import Detector, detector
from pipeline.hit import Hit
from pipeline.scoring.condition import Anchor, Condition, Find, Flow, Neither, Place, Scope
from pipeline.text.lexicon import Lexicon
from pipeline.wording import word

PHRASE, REGEX = "phrase", "regex"
COUNTS = ("first_seconds", "last_seconds", "first_turns", "last_turns")
SPEAKERS = {who.value for who in Speaker}
RANGES = ("between_seconds", "between_turns", "percent")


def sought(find: Find, conditions: Mapping[str, Condition], language: str, this: Hit | None) -> str:
    """坐席开口后 15 秒内说出“开头问候”（词库 greeting）里的话."""
    places = [*_places(find.scope, language), *_tied(find.scope, conditions, language, this)]
    many = list(_many(find, language))
    who, what = _who(find.scope.speakers, language), _what(find, language)
    if language == "zh":
        colon = "：" if places and find.detector != PHRASE else ""
        return "，".join([who + "，".join(places) + colon + what, *many])
    return ", ".join([f"{who} {what}".strip(), *places, *many])


def by_words(find: Find) -> bool:
    """Whether words are looked for, and not times, levels or the call record."""
    return find.detector == REGEX or _lexicon(find) is not None


def _lexicon(find: Find) -> Lexicon | None:
    return next((v for v in find.settings.values() if isinstance(v, Lexicon)), None)


def _who(speakers: frozenset[Speaker], language: str) -> str:
    named = [who for who in Speaker if who in speakers]
    return word("explain.or", language).join(
        word(f"cli.speaker-{s.value}", language) for s in named
    )


def _what(find: Find, language: str) -> str:
    """The lexicon's title for phrases; else what the detector's page says, and its settings."""
    lexicon = _lexicon(find)
    if lexicon is not None and find.detector == PHRASE:
        return word("explain.speaks", language, what=lexicon.title, lexicon=lexicon.name)
    page = detector(find.detector)
    what = page.help_zh.partition("。")[0] if language == "zh" else page.help_en.partition(".")[0]
    if lexicon is not None:
        names = {"title": lexicon.title, "lexicon": lexicon.name}
        what = word("explain.resembles", language, what=what, **names)
    shown = [
        _setting(page, name, value, language)
        for name, value in find.shown.items()
        if name != "lexicon"
    ]
    if not shown:
        return what
    return word(
        "explain.settings",
        language,
        what=what,
        settings=("，" if language == "zh" else ", ").join(shown),
    )


def _setting(page: Detector, name: str, value: str | float, language: str) -> str:
    """静音超过 10 秒才算: as the detector's page says it, with the value in its place."""
    if value in ("true", "false"):
        value = word("explain.setting-yes" if value == "true" else "explain.setting-no", language)
    elif value in SPEAKERS:
        value = word(f"cli.speaker-{value}", language)
    if language != "zh" or name not in page.described:
        return f"{name}: {value}"
    said = page.described[name].zh.partition("：")[0]
    if "多少" in said:
        return said.replace("多少", f" {value} ").replace("  ", " ")
    return f"{said}：{value}"


def _places(scope: Scope, language: str) -> Iterator[str]:
    for name in COUNTS:
        if (value := getattr(scope, name)) is not None:
            yield word(f"explain.{name}", language, n=value)
    for name in RANGES:
        if (value := getattr(scope, name)) is not None:
            yield word(f"explain.{name}", language, start=value[0], end=value[1])


def _tied(
    scope: Scope, conditions: Mapping[str, Condition], language: str, this: Hit | None
) -> Iterator[str]:
    """Before, after or around what, and how near to it."""
    if (anchor := scope.anchor) is None:
        return
    named = _anchor(anchor, conditions, language, this)
    if anchor.place == Place.AROUND and anchor.within_seconds == 0:
        yield word("explain.over", language, anchor=named)
        return
    yield word(f"explain.{anchor.place.value}", language, anchor=named)
    for name in ("within_seconds", "within_turns"):
        if (value := getattr(anchor, name)) is not None:
            yield word(f"explain.{name}", language, n=value)


def _anchor(
    anchor: Anchor, conditions: Mapping[str, Condition], language: str, this: Hit | None
) -> str:
    if anchor.name == "this":
        if this is None:
            return word("explain.this", language)
        return word("explain.this-at", language, at=this.start)
    condition = conditions.get(anchor.name)
    what = anchor.name
    if isinstance(condition, Find):
        lexicon = _lexicon(condition)
        what = lexicon.title if lexicon is not None else _what(condition, language)
    if anchor.nth is None:
        return word("explain.named", language, what=what)
    if anchor.nth < 0:
        return word("explain.last", language, what=what)
    return word("explain.nth", language, n=anchor.nth, what=what)


def _many(find: Find, language: str) -> Iterator[str]:
    if find.at_least > 1:
        yield word("explain.at_least", language, n=find.at_least)
    if find.at_most is not None:
        yield word("explain.at_most", language, n=find.at_most)
    if find.different:
        yield word("explain.different", language, n=find.different)


def leaves(condition: Condition | None, turned: bool = False) -> Iterator[tuple[Find, bool]]:
    """What is looked for in a condition, and whether its being found counts against it (`none`).

    Of a flow nothing: what its steps are to it depends on what came before them."""
    if condition is None or isinstance(condition, Flow):
        return
    if isinstance(condition, Find):
        yield condition, turned
        return
    for part in condition.parts:
        yield from leaves(part, turned ^ isinstance(condition, Neither))
