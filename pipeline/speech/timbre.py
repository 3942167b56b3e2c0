"""How a voice sounds, frame by frame: timbre (cepstrum) and pitch."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.call import Interval
from pipeline.speech.windows import RATE

Array = NDArray[np.float64]

HOP = RATE // 100
FRAME = 400
PITCH_FRAME = 640
BAND = (200.0, 3_600.0)
"""Hz; a telephone passes no more."""
FILTERS = 24
COEFFICIENTS = 12
PITCHES = (70.0, 400.0)
"""Hz, of people's voices."""
VOICED = 0.45
"""Height of the autocorrelation's peak from which a frame has a pitch."""


def frames_of(sound: NDArray[np.int16], span: Interval) -> Array:
    """(n, COEFFICIENTS + 1): cepstrum and log-pitch (nan: none) of the louder frames."""
    first, last = round(span.start * RATE), round(span.end * RATE)
    part = sound[first : max(last, first + HOP) + PITCH_FRAME].astype(np.float64)
    part = np.pad(part, (0, max(0, PITCH_FRAME + HOP - len(part))))
    windows = np.lib.stride_tricks.sliding_window_view(part, PITCH_FRAME)[::HOP]
    power = np.abs(np.fft.rfft(windows[:, :FRAME] * np.hanning(FRAME))) ** 2
    bands = np.log(power @ _filters().T + 1.0)
    loudness = bands.mean(axis=1)
    loud = loudness > np.quantile(loudness, 0.9) - 3.0  # not the maximum: it may be a neighbour's
    cepstrum = bands @ _cosines().T
    found: Array = np.column_stack([cepstrum, _pitch(windows)])[loud]
    return found


def _pitch(windows: Array) -> Array:
    """Natural logarithm of the pitch per frame, nan where there is none."""
    centred = (windows - windows.mean(axis=1, keepdims=True)) * np.hanning(PITCH_FRAME)
    spectra = np.abs(np.fft.rfft(centred, 2 * PITCH_FRAME)) ** 2
    correlation = np.fft.irfft(spectra)[:, :PITCH_FRAME] / _envelope()
    correlation = correlation / np.maximum(correlation[:, :1], 1e-9)
    low, high = (round(RATE / hertz) for hertz in reversed(PITCHES))
    lags = correlation[:, low:high]
    best = lags.argmax(axis=1)
    pitch = np.log(RATE / (best + low))
    pitch[lags.max(axis=1) < VOICED] = np.nan
    return np.asarray(pitch, np.float64)


@cache
def _filters() -> Array:
    """(FILTERS, bins) triangles, evenly spaced on the mel scale."""
    hertz = np.fft.rfftfreq(FRAME, 1 / RATE)
    low, high = (2595 * np.log10(1 + f / 700) for f in BAND)
    edges = 700 * (10 ** (np.linspace(low, high, FILTERS + 2) / 2595) - 1)
    up = (hertz - edges[:-2, None]) / np.diff(edges)[:-1, None]
    down = (edges[2:, None] - hertz) / np.diff(edges)[1:, None]
    return np.asarray(np.maximum(0.0, np.minimum(up, down)))


@cache
def _cosines() -> Array:
    """(COEFFICIENTS, FILTERS) without the first, which is loudness."""
    k = np.arange(1, COEFFICIENTS + 1)[:, None]
    return np.asarray(np.cos(np.pi * k * (np.arange(FILTERS) + 0.5) / FILTERS) / FILTERS * 2)


@cache
def _envelope() -> Array:
    """Autocorrelation of the window itself, by which long lags would be underrated."""
    spectrum = np.abs(np.fft.rfft(np.hanning(PITCH_FRAME), 2 * PITCH_FRAME)) ** 2
    own = np.fft.irfft(spectrum)[:PITCH_FRAME]
    return np.asarray(np.maximum(own / own[0], 0.05))
