"""Samples in a file, as an array: hours of sound take no memory but where they are being read."""

import mmap
import os
import weakref

import numpy as np
import numpy.typing as npt

Channel = npt.NDArray[np.int16]
"""One channel of a recording: (n,) at 16 kHz."""


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
    os.ftruncate(descriptor, samples * 2)
    mapping = _Mapping(descriptor, samples * 2, prot=mmap.PROT_READ)
    mapping.descriptor = descriptor
    weakref.finalize(mapping, os.close, descriptor)
    return np.frombuffer(mapping, np.int16)


def descriptor_of(channel: Channel) -> int | None:
    """The file of a channel that was mapped whole, which stays its own; None of other arrays."""
    mapping = _mapping_of(channel)
    return mapping.descriptor if mapping is not None and len(mapping) == channel.nbytes else None


def _mapping_of(channel: Channel) -> _Mapping | None:
    view = channel.base
    found = view.obj if isinstance(view, memoryview) else None
    return found if isinstance(found, _Mapping) else None
