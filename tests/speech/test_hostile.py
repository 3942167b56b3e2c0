"""Files that mean harm or are broken on purpose, names that play tricks, things that are no files.

ZHIYIN_FUZZ_SECONDS (5; 60 among the faults) and ZHIYIN_FUZZ_SEED (random, printed) set how long
broken files are made.
"""

import ctypes
import logging
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from pipeline.refusal import Refusal
from pipeline.settings import Audio
from pipeline.speech import av_door
from pipeline.speech.audio import decode
from pipeline.speech.sources import sources
from pipeline.wording import say_refusal
from tests.real import real_inputs
from tests.speech.sounds import convert, placed, spoken, tone, write

SETTINGS = Audio()
IN_OPEN = 0x20


@contextmanager
def opened_in(folder: Path) -> Iterator[set[str]]:
    """Names of the files in a folder that any process opens meanwhile (told by the kernel)."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK)
    assert watch >= 0
    assert libc.inotify_add_watch(watch, os.fsencode(folder), IN_OPEN) >= 0
    names: set[str] = set()
    try:
        yield names
        with open(watch, "rb", buffering=0, closefd=False) as events:
            data = events.read(65_536) or b""
        while data:
            length = int.from_bytes(data[12:16], "little")
            names.add(data[16 : 16 + length].rstrip(b"\0").decode())
            data = data[16 + length :]
    finally:
        os.close(watch)


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine, and who connected to it."""
    callers: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def accept() -> None:
            while not done.is_set():
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                callers.append(str(address))
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1], callers
        finally:
            time.sleep(0.15)
            done.set()
            thread.join()


PLAYLISTS = {
    "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{file}\n#EXTINF:3,\n{url}\n"
    "#EXT-X-ENDLIST\n",
    "ffconcat": "ffconcat version 1.0\nfile '{file}'\nfile '{url}'\n",
    "concat": "concat:{file}|{url}",
    "subfile": "subfile,,start,0,end,1000,,:{file}",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
    '<Period><AdaptationSet mimeType="audio/wav"><Representation id="1" bandwidth="1">'
    "<BaseURL>{file}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "imf": '<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/'
    '2016"><Id>{url}</Id></CompositionPlaylist>',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    "m=audio {port} RTP/AVP 0\n",
    "pls": "[playlist]\nFile1={file}\nFile2={url}\nNumberOfEntries=2\n",
    "asx": '<asx version="3.0"><entry><ref href="{url}"/></entry></asx>',
    "url": "{url}",
}
DEMUXERS = {"m3u8": "hls", "ffconcat": "concat", "dash": "dash", "sdp": "sdp"}


@pytest.mark.parametrize("ending", ["wav", "mp3"])
@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_opens_nothing_and_is_named(tmp_path, kind, ending):
    bait = write(tmp_path / "bait.wav", tone(300, 1))
    with listening() as (port, callers), opened_in(tmp_path) as opened:
        url = f"http://127.0.0.1:{port}/a.wav"
        text = PLAYLISTS[kind].format(file=bait, url=url, port=port)
        playlist = tmp_path / f"call.{ending}"
        playlist.write_text(text)
        with pytest.raises(Refusal) as caught:
            decode(playlist, SETTINGS)
    assert caught.value.reason.key == "audio.unsupported-playlist"
    assert callers == []
    assert "bait.wav" not in opened
    assert f"call.{ending}" in opened  # the watch does see what is opened


@pytest.mark.parametrize("kind", DEMUXERS)
def test_even_a_demuxer_of_playlists_could_open_nothing(tmp_path, kind):
    """The second wall: should one ever be chosen, it is refused everything it asks for."""
    bait = write(tmp_path / "bait.wav", tone(300, 1))
    with listening() as (port, callers), opened_in(tmp_path) as opened:
        text = PLAYLISTS[kind].format(file=bait, url=f"http://127.0.0.1:{port}/a.wav", port=port)
        blocks: list[object] = []
        with pytest.raises((*av_door.FAILURES, OSError, av_door.NoStream)):
            door = av_door.Opened(BytesIO(text.encode()), DEMUXERS[kind], {})
            blocks += door.blocks()
            raise av_door.NoStream
    assert blocks == []
    assert callers == []
    assert "bait.wav" not in opened


NAMES = [
    "中文 录音.wav",
    "ｆｕｌｌ－ｗｉｄｔｈ．wav",
    "😀.wav",
    "Korasón-nfc.wav",
    "Korasón-nfd.wav",
    "two  spaces.wav",
    "-i.wav",
    "--help.wav",
    "new\nline.wav",
    "tab\t.wav",
    "quote'\".wav",
    "[x]*.wav",
    "%00.wav",
    "..wav",
    "%2e%2e%2fpasswd.wav",
    "\u202efdp.wav",
    "<img src=x onerror=alert(1)>.wav",
    '=HYPERLINK("x").wav',
    "concat:a.wav",
    "http:..a.wav",
    "pipe:0.wav",
    "CON.wav",
    "trailing.wav.",
    "no ending",
    "长" * 83 + ".wav",
    os.fsdecode(b"bad-\xff\xfe.wav"),
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_any_file_name_is_read_and_can_be_shown(tmp_path, name):
    path = write(tmp_path / "plain.wav", tone(300, 1)).rename(tmp_path / name)
    (source,) = sources([path], SETTINGS)
    with decode(source.paths, SETTINGS) as sound:
        assert sound.duration == 1.0
    source.id.encode("utf-8")
    assert source.id.isprintable()


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_refusal_shows_any_name_without_its_tricks(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(Refusal) as caught:
        decode(path, SETTINGS)
    said = say_refusal(caught.value, "zh")
    said.encode("utf-8")
    assert said.isprintable()


def things(folder: Path) -> dict[str, Path]:
    """All that may lie in a folder of recordings and is none."""
    paths = {
        name: folder / f"{name}.wav" for name in ("loop", "passwd", "folder", "pipe", "socket")
    }
    paths["loop"].symlink_to(paths["loop"])
    paths["passwd"].symlink_to("/etc/passwd")
    paths["folder"].mkdir()
    os.mkfifo(paths["pipe"])
    here = Path.cwd()
    os.chdir(folder)  # the path of a socket may have 107 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.wav")
    os.chdir(here)
    return {**paths, "device": Path("/dev/zero"), "null": Path("/dev/null")}


@pytest.mark.parametrize("kind", ["loop", "passwd", "folder", "pipe", "socket", "device", "null"])
def test_what_is_no_file_is_refused_at_once(tmp_path, kind):
    path = things(tmp_path)[kind]
    start = time.monotonic()
    with pytest.raises(Refusal) as caught:
        decode(path, SETTINGS)
    wanted = {"loop": "audio.not-found", "passwd": "audio.unsupported-text"}
    assert caught.value.reason.key == wanted.get(kind, "audio.not-a-file")
    assert time.monotonic() - start < 5


def test_a_folder_of_such_things_gives_nothing_and_hangs_nothing(tmp_path):
    things(tmp_path)
    deep = tmp_path
    for _ in range(200):
        deep = deep / "x.wav"
        deep.mkdir()
    assert sources([tmp_path], SETTINGS) == []


def seeds(folder: Path) -> list[bytes]:
    """Small recordings of many formats, and others' small files where they are at hand."""
    call = write(folder / "call.wav", placed(2, (0.2, spoken("您好"))))
    made = [call]
    for name, *options in (
        ("a.wav", "-c:a", "pcm_alaw"),
        ("g.wav", "-c:a", "gsm_ms"),
        ("m.wav", "-c:a", "adpcm_ms"),
        ("a.mp3", "-b:a", "16k"),
        ("a.flac",),
        ("a.ogg", "-c:a", "libvorbis"),
        ("a.opus", "-c:a", "libopus"),
        ("a.m4a", "-c:a", "aac"),
        ("a.webm", "-c:a", "libopus"),
        ("a.wma", "-ar", "16000"),
        ("a.aiff",),
        ("a.au",),
        ("a.caf", "-c:a", "pcm_s16be"),
        ("a.aac", "-b:a", "24k"),
    ):
        made.append(convert(call, folder / name, *options))
    others = [p for p in sorted(real_inputs().rglob("*")) if p.is_file()]
    small = [p for p in others if 0 < p.stat().st_size < 60_000]
    return [path.read_bytes() for path in (*made, *small)]


def mutated(random_: random.Random, pool: list[bytes]) -> bytes:
    """A recording with bits flipped, cut off, spliced with another, or a stretch overwritten."""
    data = bytearray(random_.choice(pool))
    kind = random_.randrange(5)
    if kind == 0:
        for _ in range(random_.randint(1, 20)):
            data[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
    elif kind == 1:
        del data[random_.randrange(min(len(data), 400)) :]
    elif kind == 2:
        other = random_.choice(pool)
        data[random_.randrange(len(data)) :] = other[random_.randrange(len(other)) :]
    elif kind == 3:
        start = random_.randrange(min(len(data), 200))
        data[start : start + 8] = random_.randbytes(8)
    else:
        start = random_.randrange(len(data))
        data[start : start + 64] = random_.choice((b"\0", b"\xff")) * 64
    return bytes(data)


@pytest.mark.parametrize("seconds", [5, pytest.param(60, marks=pytest.mark.faults)])
def test_broken_files_break_nothing_but_themselves(tmp_path, caplog, seconds):
    seconds = float(os.environ.get("ZHIYIN_FUZZ_SECONDS", seconds))
    seed = int(os.environ.get("ZHIYIN_FUZZ_SEED", random.SystemRandom().randrange(10**9)))
    print(f"ZHIYIN_FUZZ_SEED={seed}")
    caplog.set_level(logging.DEBUG, "pipeline.speech.audio")
    chance = random.Random(seed)
    pool = seeds(tmp_path)
    path = tmp_path / "broken.wav"
    tried, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        path.write_bytes(mutated(chance, pool))
        start = time.monotonic()
        try:
            decode(path, SETTINGS).close()
        except Refusal as refusal:
            assert refusal.reason.key.startswith("audio."), seed
        assert time.monotonic() - start < 30, (seed, tried)
        tried += 1
    print(f"{tried} broken files")
    assert "Traceback" not in caplog.text, f"an error of our own: seed {seed}\n{caplog.text}"
    with decode(write(tmp_path / "whole.wav", tone(300, 1)), SETTINGS) as sound:
        assert sound.duration == 1.0
