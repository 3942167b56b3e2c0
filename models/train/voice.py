"""A voice for the demonstration: espeak-ng speaks Mandarin and says when each syllable begins.

    from models.train.voice import say

    speech = say("您好,请问有什么可以帮您", variant="f2", rate=240, pitch=50, range=50)
    speech.samples      # float32, 16 kHz, mono, in [-1, 1], no silence before or after
    speech.syllables    # ["nin2", "hao3", "qing3", …], one per spoken character
    speech.starts       # seconds at which each begins; speech.ends: at which it ends

The library itself is called, not the program: it is five times as fast, and its events tell the
sample at which every syllable starts, which gives the training exact labels for nothing. The voice
is `cmn-latn-pinyin`, fed with pinyin: in espeak-ng 1.51 the voice `cmn` reads pinyin as English.
A fresh process
that says the same things in the same order makes the same sound, sample by sample; after other
words a sentence differs a little, since espeak-ng carries the phase of the voice along.

Needs libespeak-ng (Debian: libespeak-ng1) and pypinyin, numpy, scipy; no torch.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

RATE = 16_000  # of what `say` returns, Hz
NATIVE_RATE = 22_050  # of espeak-ng, Hz

VARIANTS = (  # clear voices for calls and for training, women first
    *("f1", "f2", "f3", "f5", "Annie", "anika", "steph"),
    *("m1", "m2", "m4", "m5", "m7", "m8", "Alex", "Michael"),
)
MORE_VARIANTS = (  # for training only: many voices, so that a new one is nothing new
    *("Alicia", "Andrea", "aunty", "belinda", "grandma", "shelby", "steph2", "steph3"),
    *("adam", "Andy", "antonio", "benjamin", "caleb", "david", "Denis", "Diogo", "ed", "edward"),
    *("Gene", "Henrique", "Hugo", "iven", "Jacky", "john", "Lee", "marcelo", "Marco", "Mario"),
    *("max", "miguel", "Mike", "Nguyen", "norbert", "pablo", "paul", "pedro", "quincy", "rob"),
    *("robert", "sandro", "travis", "victor"),
)
HELD_OUT_VARIANTS = ("f4", "linda", "m3", "m6")  # never trained on: evaluation B
HELD_OUT_RATES = (255, 275)  # words a minute, from and to; never trained on: evaluation B

PAUSES = {"。": ".", "?": "?", "!": "!", "…": "."}  # every other mark is spoken as a comma
INTERJECTIONS = {"n": "en", "m": "en", "ng": "en", "hm": "hen", "hng": "heng", "r": "er"}
HAN = re.compile(r"[㐀-鿿〇]")
SYLLABLE = re.compile(r"[a-zü]+[1-5]$")


@dataclass(frozen=True, slots=True)
class Speech:
    """`samples` (n,) float32 at 16 kHz; of each syllable its name, start and end in s."""

    samples: NDArray[np.float32]
    syllables: tuple[str, ...]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]


def say(
    text: str,
    variant: str = "f2",
    rate: int = 240,
    pitch: int = 50,
    range: int = 50,  # noqa: A002  espeak-ng's word for how far the pitch moves
) -> Speech:
    """Speak Chinese characters, or pinyin with tone numbers (“nin2 hao3, …”).

    rate: words a minute, 190–310 sounds natural; pitch and range: 0–99; variant: see `VARIANTS`.
    Raises ValueError when there is nothing to say or when the text holds digits or Latin words:
    how these are read is the writer's choice, so write 幺三八 or 一百三十八.
    """
    syllables, marks = parse(text)
    spoken, places = _spell(syllables, marks)
    native, events = _library().speak(spoken, variant, rate, pitch, range)
    starts, ends = _times(events, places, len(native))
    samples = resample_poly(native, 320, 441)  # 22,050 × 320 / 441 = 16,000
    loud = np.flatnonzero(np.abs(samples) > 0.005)
    if not len(loud):
        raise ValueError(f"nothing to hear in {text!r}")
    first, last = int(loud[0]), int(loud[-1]) + 1
    length = (last - first) / RATE
    shift = first / RATE
    return Speech(
        np.clip(samples[first:last], -1, 1).astype(np.float32),
        tuple(syllables),
        np.clip(starts / NATIVE_RATE - shift, 0, length),
        np.clip(ends / NATIVE_RATE - shift, 0, length),
    )


def parse(text: str) -> tuple[list[str], list[str]]:
    """The syllables of a text, and after each the pause that follows: “”, “,”, “.”, “?”, “!”."""
    found: list[str] = []
    marks: list[str] = []
    for token in _tokens(text):
        if SYLLABLE.match(token):
            found.append(token)
            marks.append("")
        elif token.isalnum():
            raise ValueError(f"cannot say {token!r} in {text!r}: write it in Chinese characters")
        elif marks:
            marks[-1] = PAUSES.get(token, ",")
    if not found:
        raise ValueError(f"nothing to say in {text!r}")
    return found, marks


def _tokens(text: str) -> list[str]:
    if not HAN.search(text):
        return re.findall(r"[a-zü]+[1-5]|\w+|[^\w\s]", text)
    tokens: list[str] = []
    for run in re.findall(rf"{HAN.pattern}+|[^\W㐀-鿿〇]+|[^\w\s]", text):
        tokens += _pinyin(run) if HAN.match(run) else [run]
    return tokens


@cache
def _reader() -> Any:
    import pypinyin

    # Words that its phrase list reads in a way nobody would on a phone call.
    pypinyin.load_phrases_dict({"幺": [["yāo"]], "为您": [["wèi"], ["nín"]]})
    return pypinyin


def _pinyin(han: str) -> list[str]:
    reader = _reader()
    syllables = reader.lazy_pinyin(
        han, style=reader.Style.TONE3, neutral_tone_with_five=True, v_to_u=False
    )
    if len(syllables) != len(han) or not all(SYLLABLE.match(s) for s in syllables):
        raise ValueError(f"no reading for every character of {han!r}: {syllables}")
    return [INTERJECTIONS.get(s[:-1], s[:-1]) + s[-1] for s in syllables]


def _spell(syllables: list[str], marks: list[str]) -> tuple[str, list[int]]:
    """What espeak-ng is given, and at which character (from 1) each syllable stands in it."""
    text, places = "", []
    for syllable, mark in zip(syllables, marks, strict=True):
        places.append(len(text) + 1)
        text += syllable + mark + " "
    return text.rstrip(" ,.") + ".", places


def _times(
    events: list[tuple[int, int, int]], places: list[int], length: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Start and end sample of every syllable. Few have no event: they share a neighbour's time."""
    starts = np.full(len(places), np.nan)
    index = {place: i for i, place in enumerate(places)}
    pauses = [sample for kind, _, sample in events if kind == _END]
    for kind, place, sample in events:
        if kind == _WORD and place in index and np.isnan(starts[index[place]]):
            starts[index[place]] = sample
    if np.isnan(starts[0]):
        starts[0] = 0
    known = np.flatnonzero(~np.isnan(starts))
    starts = np.interp(np.arange(len(places) + 1), [*known, len(places)], [*starts[known], length])
    starts, ends = np.maximum.accumulate(starts)[:-1], np.maximum.accumulate(starts)[1:]
    for i in range(len(places)):
        inside = [p for p in pauses if starts[i] < p < ends[i]]
        ends[i] = inside[0] if inside else ends[i]
    return starts, ends


# --- the library ---------------------------------------------------------------------------------
# Numbers from espeak-ng's speak_lib.h.

_SYNCHRONOUS = 2  # synthesis calls back and returns when all is said
_WORD, _END = 1, 5  # events: a syllable begins; a clause ends and its pause begins
_UTF8, _CHARACTERS = 1, 1
_SPEED, _PITCH, _RANGE = 1, 3, 4


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("position", ctypes.c_int),  # character of the text, from 1
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class _Espeak:
    """The one espeak-ng of this process; it has global state, so use processes, not threads."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        if self.library.espeak_Initialize(_SYNCHRONOUS, 0, None, 0) != NATIVE_RATE:
            raise OSError("espeak-ng does not start, or not at 22,050 Hz")
        self.pieces: list[NDArray[np.int16]] = []
        self.events: list[tuple[int, int, int]] = []
        self.variant = ""
        self.callback = _Callback(self._receive)  # kept: the library holds a bare pointer to it
        self.library.espeak_SetSynthCallback(self.callback)

    def _receive(self, wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            self.pieces.append(np.ctypeslib.as_array(wave, (count,)).copy())
        i = 0
        while events[i].type:
            self.events.append((events[i].type, events[i].position, events[i].sample))
            i += 1
        return 0

    def speak(
        self,
        pinyin: str,
        variant: str,
        rate: int,
        pitch: int,
        range: int,  # noqa: A002
    ) -> tuple[NDArray[np.float32], list[tuple[int, int, int]]]:
        """Samples (n,) float32 at 22,050 Hz, and events (type, character from 1, sample)."""
        if variant != self.variant:
            if variant not in {*VARIANTS, *MORE_VARIANTS, *HELD_OUT_VARIANTS}:
                raise ValueError(f"no voice {variant!r}")  # espeak-ng would take its default voice
            if self.library.espeak_SetVoiceByName(f"cmn-latn-pinyin+{variant}".encode()):
                raise OSError("espeak-ng has no voice cmn-latn-pinyin")
            self.variant = variant
        for knob, value in ((_SPEED, rate), (_PITCH, pitch), (_RANGE, range)):
            self.library.espeak_SetParameter(knob, value, 0)
        self.pieces, self.events = [], []
        text = pinyin.encode()
        self.library.espeak_Synth(text, len(text) + 1, 0, _CHARACTERS, 0, _UTF8, None, None)
        wave = np.concatenate(self.pieces) if self.pieces else np.zeros(1, np.int16)
        return wave.astype(np.float32) / np.float32(32768), self.events


@cache
def _library() -> _Espeak:
    return _Espeak()
