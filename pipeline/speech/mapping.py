"""Samples in a file, as an array: hours of sound take no memory but where they are being read."""

import mmap
import os

import numpy as np
import numpy.typing as npt

Channel = npt.NDArray[np.int16]
"""One channel of a recording: (n,) at 16 kHz."""


def forget(channel: Channel) -> None:
    """Give back the memory of a channel that was read through; its samples stay readable."""
    view = channel.base
    if isinstance(view, memoryview) and isinstance(view.obj, mmap.mmap):
        view.obj.madvise(mmap.MADV_DONTNEED)


def mapped(descriptor: int, samples: int) -> Channel:
    """So many samples of a nameless file, which lives as long as the array does."""
    os.ftruncate(descriptor, samples * 2)
    mapping = mmap.mmap(descriptor, samples * 2, prot=mmap.PROT_READ)
    os.close(descriptor)
    return np.frombuffer(mapping, np.int16)
