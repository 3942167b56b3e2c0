"""Two voices on one channel told apart by how they sound: timbre and pitch.

    frames (10 ms) → pieces of half a second → two clusters → a model of each voice → who speaks
    when, by the most likely path through the pieces, in which a change costs less after a pause.

Nothing of it outlives the call: no voiceprint is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.call import Interval
from pipeline.speech.timbre import Array, frames_of

PIECE = 0.5
"""Seconds; who speaks is decided per piece."""
PITCH_WEIGHT = 2.0
"""Of the pitch among the timbre's coefficients, when pieces are clustered."""
CHANGE = 6.0
"""What a change of voice without a pause costs, in natural logarithm; after a pause of PAUSE
seconds or more, next to nothing."""
PAUSE = 0.6
ROUNDS = 10
APART = 0.03
"""Silhouette of the two clusters: 0.05 and more for two people; most single ones stay near 0."""
SWAYED = 10.0
"""The most that one frame may speak for either voice."""
ALIKE = 15.0
"""Neighbouring frames say nearly the same: so many count as one."""
ANY_PITCH = (5.1, 0.5)
"""Mean and spread of log-pitch of people in general, where a voice shows none."""
LEARNED = 1_500
"""Pieces (12 minutes of voice) from which the two voices are learned."""
COMPONENTS = 8
"""Gaussians in the model of a voice (of 40 mixed calls, pieces rightly told: 2: 97.3 %, 4: 98.0 %,
8: 99.6 %)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch by one voice, 0 or 1; sure: 0..1."""

    start: float
    end: float
    voice: int
    sure: float


def two_voices(sound: NDArray[np.int16], voice: Sequence[Interval]) -> list[Part]:
    """Every stretch of voice, cut where the speaker changes, with the number of its speaker.

    The numbers mean nothing but same or different. One voice alone: all are 0.
    """
    from threadpoolctl import threadpool_limits

    pieces = [piece for interval in voice for piece in _cut(interval)]
    if len(pieces) < 2:
        return [Part(p.start, p.end, 0, 1.0) for p in pieces]
    with threadpool_limits(1):  # the recogniser's threads want the cores
        found = _told_apart([frames_of(sound, piece) for piece in pieces], pieces)
    if found is None:
        return [Part(p.start, p.end, 0, 1.0) for p in pieces]
    return [
        Part(p.start, p.end, int(label), float(sure))
        for p, label, sure in zip(pieces, *found, strict=True)
    ]


def _told_apart(
    frames: Sequence[Array], pieces: Sequence[Interval]
) -> tuple[NDArray[np.int64], Array] | None:
    """Voice and certainty of every piece; None: it is one voice. Learned from the first LEARNED."""
    gaps = np.array([b.start - a.end for a, b in pairwise(pieces)])
    heard = frames[:LEARNED]
    scaled = _scaled(np.array([_summary(f) for f in heard]))
    labels = _clusters(scaled)
    for _ in range(ROUNDS):
        models = _models(heard, labels)
        before, (labels, _) = labels, _path(_scores(heard, models), gaps[: len(heard) - 1])
        if len(set(labels)) < 2:
            return None
        if (before == labels).all():
            break
    if not _differ(scaled, labels):
        return None
    return _path(_scores(frames, models), gaps)


def _cut(interval: Interval) -> list[Interval]:
    count = max(1, round(interval.seconds / PIECE))
    edges = np.linspace(interval.start, interval.end, count + 1)
    return [Interval(float(a), float(b)) for a, b in pairwise(edges)]


def _summary(frames: Array) -> Array:
    """Mean timbre and median pitch of a piece."""
    pitch = frames[:, -1]
    middle = np.nanmedian(pitch) if np.isfinite(pitch).any() else np.nan
    return np.append(frames[:, :-1].mean(axis=0), middle)


def _scaled(summaries: Array) -> Array:
    """The summaries with unit spread, the pitch weighing more; a piece without has the middle."""
    pitch = summaries[:, -1]
    known = np.isfinite(pitch)
    summaries[~known, -1] = np.median(pitch[known]) if known.any() else 0.0
    scaled = (summaries - summaries.mean(axis=0)) / (summaries.std(axis=0) + 1e-6)
    scaled[:, -1] *= PITCH_WEIGHT
    return np.asarray(scaled)


def _clusters(scaled: Array) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans

    labels: NDArray[np.int64] = KMeans(2, n_init=10, random_state=0).fit_predict(scaled)
    return labels


def _differ(scaled: Array, labels: NDArray[np.int64]) -> bool:
    """Whether the two are two people: one voice cut in two lies closer together."""
    from sklearn.metrics import silhouette_score

    rarer = min((labels == 0).sum(), (labels == 1).sum())
    if rarer == 0 or len(labels) < 3:
        return False
    return bool(silhouette_score(scaled, labels) >= APART)


@dataclass(frozen=True, slots=True)
class _Model:
    """How one voice sounds: a mixture of its timbres, mean and spread of its log-pitch."""

    timbre: Any
    pitch: float
    spread: float

    def likelihood(self, frames: Array) -> Array:
        """(n,) of frames (n, COEFFICIENTS + 1), natural logarithm; no pitch counts nothing."""
        scores: Array = self.timbre.score_samples(frames[:, :-1])
        by_pitch = -0.5 * ((frames[:, -1] - self.pitch) / self.spread) ** 2 - np.log(self.spread)
        scores += np.nan_to_num(by_pitch)
        return scores


def _models(frames: Sequence[Array], labels: NDArray[np.int64]) -> tuple[_Model, _Model]:
    first, second = (
        _model(np.concatenate([f for f, label in zip(frames, labels, strict=True) if label == who]))
        for who in (0, 1)
    )
    return first, second


def _model(own: Array) -> _Model:
    from sklearn.mixture import GaussianMixture

    count = min(COMPONENTS, max(1, len(own) // 60))
    timbre = GaussianMixture(count, covariance_type="diag", random_state=0, reg_covar=1e-2)
    pitch = own[np.isfinite(own[:, -1]), -1]
    if len(pitch) <= 5:
        return _Model(timbre.fit(own[:, :-1]), *ANY_PITCH)
    return _Model(timbre.fit(own[:, :-1]), float(pitch.mean()), float(pitch.std()) + 0.05)


def _scores(frames: Sequence[Array], models: tuple[_Model, _Model]) -> Array:
    """(pieces, 2): log-likelihood of every piece under each voice, up to a constant."""
    stacked = np.concatenate(frames)
    owner = np.repeat(np.arange(len(frames)), [len(f) for f in frames])
    leans = np.clip(models[0].likelihood(stacked) - models[1].likelihood(stacked), -SWAYED, SWAYED)
    sums = np.bincount(owner, leans, minlength=len(frames)) / ALIKE
    return np.column_stack([sums, -sums]) / 2


def _path(scores: Array, gaps: Array) -> tuple[NDArray[np.int64], Array]:
    """The most likely voice per piece, and how much likelier it is than the other."""
    change = CHANGE * np.maximum(0.0, 1.0 - gaps / PAUSE)
    forward, backward = _sums(scores, change), _sums(scores[::-1], change[::-1])[::-1]
    both = forward + backward - scores
    labels = both.argmax(axis=1)
    margin = np.abs(both[:, 0] - both[:, 1])
    return labels, 1.0 / (1.0 + np.exp(-margin))


def _sums(scores: Array, change: Array) -> Array:
    """Log-likelihood of all up to and including each piece, given its voice."""
    found = scores.copy()
    for i in range(1, len(scores)):
        stay, move = found[i - 1], found[i - 1][::-1] - change[i - 1]
        found[i] += np.logaddexp(stay, move)
    return found
