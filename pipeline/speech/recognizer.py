"""Loads in, text out: any recogniser is a `Recognizer`; the one that we bring is faster-whisper.

Its model, feature extraction and tokenizer are faster-whisper's; windows of any recording and
channel share a batch, which its own batched pipeline does within one file only. Language and prompt
are the same for all, no text is carried from one window to the next, and sound is padded with
silence before the spectrogram, as in the original Whisper.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.refusal import Refusal
from pipeline.settings import Speech
from pipeline.speech.features import HOP, LogMel
from pipeline.speech.loads import Load
from pipeline.speech.model_folder import ModelFolder, find_model
from pipeline.speech.resolving import has_gpu, resolved
from pipeline.speech.tokens import Hypothesis, Token, spread, units
from pipeline.speech.windows import RATE

TOKEN_LIMIT = 224
"""Whisper stops here without a word (half of its 448 positions), 160–220 Chinese characters."""
ALTERNATIVES = 5
"""Hypotheses for a window whose first is not believed."""
ENCODED_AT_ONCE_ON_CPU = 2
"""A CPU encodes windows faster in small groups, whose numbers stay in its cache, than eight at once
(base, one thread: 0.87 s a window by two, 1.14 s by eight); it decodes faster by four."""
WINDOWS_OF_A_WORKER = 4
"""On a CPU, threads do more side by side, each with windows of its own, than all on the same ones
(base, 16 windows, two busy cores: two workers by four 10.0 s, by eight 11.5 s, one worker with both
threads 18–22 s)."""
AT_ONCE_ON_GPU = 2
"""The next batch waits for a GPU, and not a GPU for the next batch."""


class Recognizer(Protocol):
    """Anything that turns windows into text, in the same order."""

    @property
    def window_seconds(self) -> float:
        """The longest load that it should be given."""
        ...

    @property
    def batch_windows(self) -> int:
        """How many loads it likes to hear together."""
        ...

    @property
    def side_by_side(self) -> int:
        """Batches that it hears at the same time."""
        ...

    @property
    def at_once(self) -> int:
        """So many batches may be begun before the first is done."""
        ...

    @property
    def engine(self) -> str:
        """What it is, in one line: two that differ in results differ in this line."""
        ...

    @property
    def demonstration(self) -> bool:
        """It understands synthetic speech only."""
        ...

    @property
    def log_mel(self) -> LogMel | None:
        """Makes the spectrograms of loads for it, better beforehand and elsewhere (Load.mel); None:
        it sees to that itself."""
        ...

    def begin(self, loads: Sequence[Load]) -> Future[list[Hypothesis]]:
        """Hear a batch, in a thread of its own: one hypothesis per load, the same for a load
        whatever is beside it."""
        ...

    def reconsider(self, loads: Sequence[Load]) -> Future[list[tuple[Hypothesis, ...]]]:
        """For a batch whose first hypotheses are not believed: others, the likeliest first."""
        ...


@dataclass(frozen=True, slots=True)
class Decoding:
    """How text is searched for.

    beams kept; alternatives returned; repetition: factor (> 1) against what was already said;
    longest: tokens per window; align: find the time of each token; suppress: ids never chosen.
    """

    beams: int
    alternatives: int = 1
    repetition: float = 1.0
    longest: int = TOKEN_LIMIT
    align: bool = True
    suppress: tuple[int, ...] = ()


def open_recognizer(speech: Speech) -> Recognizer:
    """The recogniser of the settings; Refusal where its files or its device are missing."""
    folder = find_model(speech.model)
    speech = resolved(speech, folder)
    if speech.device == "cuda" and not has_gpu():
        raise Refusal("speech.no-gpu", found=speech.device)
    from faster_whisper import WhisperModel

    threads = speech.threads or os.cpu_count() or 1
    workers = max(1, min(threads, speech.batch_windows // WINDOWS_OF_A_WORKER))
    if speech.device == "cuda":
        workers = 1
    try:
        model = WhisperModel(
            str(folder.path),
            device=speech.device,
            compute_type=speech.compute_type,
            cpu_threads=max(1, threads // workers),
            num_workers=workers,
            local_files_only=True,
        )
    except (ValueError, RuntimeError) as error:
        raise Refusal("speech.model-unusable", str(folder.path), found=str(error)) from error
    return FasterWhisper(model, folder, speech, workers)


class FasterWhisper:
    """A Whisper of any size through CTranslate2."""

    def __init__(self, model: Any, folder: ModelFolder, speech: Speech, workers: int) -> None:
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        self.demonstration = folder.demonstration
        self.window_seconds = speech.window_seconds or folder.window_seconds
        self.batch_windows = max(1, speech.batch_windows // workers)
        self._model = model.model
        self._on_gpu = self._model.device == "cuda"
        self.side_by_side = workers
        self.at_once = AT_ONCE_ON_GPU if self._on_gpu else workers
        # Threads that stay: what a thread of its own holds of memory is never given back.
        self._crew = ThreadPoolExecutor(workers)
        extractor = model.feature_extractor
        self._log_mel = LogMel(extractor.mel_filters, extractor.nb_max_frames)
        # A GPU would wait for the processor; a processor has the same work either way.
        self.log_mel = self._log_mel if self._on_gpu else None
        self._language = speech.language
        try:
            self._tokenizer = Tokenizer(
                model.hf_tokenizer, self._model.is_multilingual, "transcribe", speech.language
            )
        except ValueError as error:
            raise Refusal("speech.unknown-language", found=speech.language) from error
        self.decoding = Decoding(
            beams=speech.beam_size or folder.beam_size,
            suppress=get_suppressed_tokens(self._tokenizer, [-1]),
        )
        self.engine = self._line(folder)

    def _line(self, folder: ModelFolder) -> str:
        import faster_whisper

        return (
            f"faster-whisper {faster_whisper.__version__}, {folder.name} {folder.digest}, "
            f"{self._model.compute_type}, {self._language}, beam {self.decoding.beams}, "
            f"windows of {self.window_seconds:g} s"
        )

    def begin(self, loads: Sequence[Load]) -> Future[list[Hypothesis]]:
        """One hypothesis per load of a batch."""
        return self._crew.submit(lambda: [found[0] for found in self._batch(loads, self.decoding)])

    def reconsider(self, loads: Sequence[Load]) -> Future[list[tuple[Hypothesis, ...]]]:
        """The best of a wider search that dislikes repetition.

        Whisper's own way out, sampling at a higher temperature, cannot be repeated: CTranslate2's
        generator of random numbers is seeded once per thread, so that results would depend on
        everything decoded before.
        """
        wider = max(ALTERNATIVES, self.decoding.beams)
        careful = replace(self.decoding, beams=wider, alternatives=ALTERNATIVES, repetition=1.1)
        return self._crew.submit(lambda: list(self._batch(loads, careful)))

    def _batch(self, loads: Sequence[Load], decoding: Decoding) -> Iterator[tuple[Hypothesis, ...]]:
        # On a GPU one shape always: there, sums depend on the shape of the batch.
        size = self.batch_windows if self._on_gpu else len(loads)
        encoded = self._encode(self._mels(loads, size))
        prompt = [*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        results = self._model.generate(
            encoded,
            [prompt] * size,
            beam_size=decoding.beams,
            num_hypotheses=decoding.alternatives,
            repetition_penalty=decoding.repetition,
            # CTranslate2 allows half of max_length, and no more than what the prompt leaves of it.
            max_length=max(2 * decoding.longest, decoding.longest + len(prompt)),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=list(decoding.suppress),
        )
        rows = [
            [result.sequences_ids[n] for result in results] for n in range(decoding.alternatives)
        ]
        aligned = [self._align(encoded, row, loads, decoding) for row in rows]
        for i in range(len(loads)):
            yield tuple(
                self._hypothesis(results[i], n, aligned[n][i], decoding)
                for n in range(decoding.alternatives)
            )

    def _mels(self, loads: Sequence[Load], size: int) -> NDArray[np.float32]:
        """(size, mels, frames); what is beyond the loads is silence."""
        made = np.empty((size, *self._log_mel.shape), np.float32)
        for i, load in enumerate(loads):
            made[i] = self._log_mel([load.audio()])[0] if load.mel is None else load.mel
        if size > len(loads):
            made[len(loads) :] = self._log_mel([np.zeros(0, np.float32)])
        return made

    def _encode(self, features: Any) -> Any:
        """(B, mels, frames) → the encoder's output for all, where decoding will want it."""
        from ctranslate2 import StorageView

        step = ENCODED_AT_ONCE_ON_CPU
        if self._on_gpu or len(features) <= step or self._model.compute_type.endswith("bfloat16"):
            return self._model.encode(StorageView.from_array(features))
        parts = [
            np.array(self._model.encode(StorageView.from_array(features[i : i + step])))
            for i in range(0, len(features), step)
        ]
        return StorageView.from_array(np.concatenate(parts))

    def _align(
        self, encoded: Any, rows: list[list[int]], loads: Sequence[Load], decoding: Decoding
    ) -> list[tuple[Token, ...]]:
        """Tokens with times and probabilities, per window."""
        texts = [[t for t in row if t < self._tokenizer.eot] for row in rows]
        pieces = [units(self._tokenizer, text) for text in texts]
        if not decoding.align:
            return [spread(unit, None) for unit in pieces]
        frames = [max(2, round(load.seconds * RATE) // HOP) for load in loads]
        frames += [2] * (len(rows) - len(loads))
        found = self._aligned(encoded, texts, frames)
        return [spread(unit, result) for unit, result in zip(pieces, found, strict=True)]

    def _aligned(self, encoded: Any, texts: list[list[int]], frames: list[int]) -> list[Any]:
        """On a CPU one by one: where two times are about as good, the last bits decide, and those
        depend on what is aligned beside it."""
        start = self._tokenizer.sot_sequence
        together = self._on_gpu or self._model.compute_type.endswith("bfloat16")
        if together or len(texts) == 1:
            return list(self._model.align(encoded, start, texts, frames))
        from ctranslate2 import StorageView

        each = np.array(encoded)
        found = []
        for i, text in enumerate(texts):
            alone = StorageView.from_array(each[i : i + 1])
            found += self._model.align(alone, start, [text], [frames[i]])
        return found

    def _hypothesis(
        self, result: Any, n: int, tokens: tuple[Token, ...], decoding: Decoding
    ) -> Hypothesis:
        length = len(result.sequences_ids[n])
        return Hypothesis(
            text="".join(token.text for token in tokens),
            tokens=tokens,
            # The score of no tokens at all is no number.
            log_probability=result.scores[n] * length / (length + 1) if length else 0.0,
            no_speech=result.no_speech_prob,
            cut=length >= min(decoding.longest, TOKEN_LIMIT - 4),
        )
