"""The process that decodes: `python -m pipeline.speech.decode_child SOCKET MEGABYTES PARENT`.

It is handed open files over a socket, writes nameless files of 16 kHz samples and hands those
back. Its limits on memory, time and file size are set before it looks at anything, so that a
hostile recording can at worst end this process. A few recordings are decoded one after another,
because starting takes longer than decoding a short call.
"""

import errno
import json
import os
import resource
import signal
import socket
import sys
import traceback
from typing import Any

from pipeline.speech.lifeline import die_with

MESSAGE_BYTES = 65_536
MAX_DESCRIPTORS = 4
MEGABYTE = 1024 * 1024


def main() -> None:
    """Serve requests until the parent goes away."""
    die_with(int(sys.argv[3]))  # in the middle of a hostile file as well
    line = socket.socket(fileno=int(sys.argv[1]))
    _set_limits(int(sys.argv[2]) * MEGABYTE)
    # Imported under the limits, and not before: numpy and the codecs are most of the start.
    from pipeline.speech import decoding

    while True:
        message, descriptors, _, _ = socket.recv_fds(line, MESSAGE_BYTES, MAX_DESCRIPTORS)
        if not message:
            return
        request = json.loads(message)
        _allow(request)
        reply, files = _answer(decoding, request, descriptors[0])
        socket.send_fds(line, [json.dumps(reply).encode()], files)
        for descriptor in (*descriptors, *files):
            os.close(descriptor)


def _answer(decoding: Any, request: Any, descriptor: int) -> tuple[dict[str, Any], list[int]]:
    from pipeline.refusal import Refusal

    try:
        reply, files = decoding.decode(descriptor, request)
    except Refusal as refusal:
        return {"refusal": [refusal.reason.key, dict(refusal.reason.values)]}, []
    except MemoryError:
        return {"refusal": ["audio.too-much-memory", {}]}, []
    except OSError as error:
        return _why_not(error, request), []
    except Exception:  # a broken recording must not cost the next one its process
        return {"refusal": ["audio.broke-decoder", {}], "trace": traceback.format_exc()}, []
    return reply, files


def _why_not(error: OSError, request: Any) -> dict[str, Any]:
    """The disk is full, or the recording outgrew its limit; anything else is the recording's."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return {"refusal": ["audio.no-space", {"folder": request["folder"]}]}
    if error.errno == errno.EFBIG:
        return {"refusal": ["audio.too-long", {"hours": request["max_seconds"] / 3600}]}
    return {"refusal": ["audio.broke-decoder", {}], "trace": traceback.format_exc()}


def _set_limits(memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing too much is an error, not a death
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _allow(request: Any) -> None:
    """Time and file size for this one recording, on top of what earlier ones took."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + request["seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
    size = int(request["max_seconds"] * 16_000 * 2) + 16 * MEGABYTE
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
