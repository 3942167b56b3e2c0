"""Which names are recordings: the settings' patterns, or every ending that is heard or read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import translate

from pipeline.settings import Settings
from pipeline.written import ENDINGS as WRITTEN

SOUND = (
    *("wav", "wave", "mp3", "mp2", "flac", "ogg", "oga", "opus", "spx", "m4a", "mp4", "aac", "amr"),
    *("awb", "3gp", "3ga", "wma", "asf", "wmv", "aif", "aiff", "aifc", "au", "snd", "caf", "w64"),
    *("rf64", "bwf", "gsm", "webm", "mkv", "mka", "mov", "avi", "flv", "mpg", "mpeg", "ape", "wv"),
    *("tta", "ac3", "voc", "sph", "nist", "shn", "mpc", "silk"),
    *("g722", "g723", "g726", "g729", "alaw", "ulaw", "mulaw", "al", "ul", "pcm", "raw", "vox"),
)
"""Endings that recordings go by; what such a file holds is told by its content."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Tells whether a path below its source is a recording's: by pattern, without any by ending."""

    chosen: tuple[re.Pattern[str], ...]
    refused: tuple[re.Pattern[str], ...]
    endings: tuple[str, ...]

    def fits(self, within: str) -> bool:
        """A pattern with a slash looks at the whole path below the source, one without at the
        name. Case makes no difference; * stands for anything."""
        path = within.casefold()
        ends = not self.chosen and path.endswith(self.endings)
        return (ends or _any(self.chosen, path)) and not _any(self.refused, path)


def wanted(settings: Settings) -> Wanted:
    """What the settings ask for."""
    patterns = settings.night.patterns
    raw = (entry.partition("=")[0].strip().casefold() for entry in settings.audio.raw)
    return Wanted(
        chosen=tuple(_compiled(one) for one in patterns if not one.startswith("!")),
        refused=tuple(_compiled(one[1:]) for one in patterns if one.startswith("!")),
        endings=(*(f".{one}" for one in SOUND), *WRITTEN, *filter(None, raw)),
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    folded = pattern.strip().casefold()
    return re.compile(translate(folded if "/" in folded else f"*/{folded}"))


def _any(patterns: Sequence[re.Pattern[str]], path: str) -> bool:
    return any(one.match(path) or one.match(f"/{path}") for one in patterns)
