"""Samples in a file, as an array: hours of sound take no memory but where they are being read."""

import mmap
import os
import weakref
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

Channel = npt.NDArray[np.int16]
"""One channel of a recording: (n,) at 16 kHz."""
Array = npt.NDArray[Any]


class _Mapping(mmap.mmap):
    """A mapping that knows its file, so that another process can be handed it."""

    descriptor: int


def forget(channel: Channel) -> None:
    """Give back the memory of a channel that was read through; its samples stay readable."""
    mapping = _mapping_of(channel)
    if mapping is not None:
        mapping.madvise(mmap.MADV_DONTNEED)


def mapped(descriptor: int, samples: int) -> Channel:
    """So many samples of a nameless file, which lives as long as the array does."""
    return mapped_array(descriptor, "int16", (samples,))


def mapped_array(descriptor: int, kind: str, shape: Sequence[int]) -> Array:
    """The numbers in a nameless file, which lives as long as the array does."""
    size = prod(shape) * np.dtype(kind).itemsize
    os.ftruncate(descriptor, size)
    mapping = _Mapping(descriptor, size, prot=mmap.PROT_READ)
    mapping.descriptor = descriptor
    weakref.finalize(mapping, os.close, descriptor)
    return np.frombuffer(mapping, kind).reshape(shape)


def descriptor_of(array: Array) -> int | None:
    """The file of an array that was mapped whole, which stays its own; None of other arrays."""
    mapping = _mapping_of(array)
    return mapping.descriptor if mapping is not None and len(mapping) == array.nbytes else None


def _mapping_of(array: Array) -> _Mapping | None:
    view = array.base.base if isinstance(array.base, np.ndarray) else array.base
    found = view.obj if isinstance(view, memoryview) else None
    return found if isinstance(found, _Mapping) else None
