"""What a file holds, told by its first bytes, never by its name.

Only formats of the closed list below are ever opened, each with its own demuxer, so that a
playlist or a manifest named .wav cannot send the decoder to other files or to the network.
"""

import codecs
from dataclasses import dataclass

from pipeline.refusal import Refusal

HEAD_BYTES = 256 * 1024
MPEG_SCAN_BYTES = 64 * 1024
"""Junk before the first MPEG frame that is put up with."""

MPEG_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
MPEG_1_KBITS = {
    1: (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    2: (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    3: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
MPEG_2_KBITS = {
    1: (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    3: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A format that can be opened: its name for people, FFmpeg's demuxer, libsndfile's or not."""

    name: str
    demuxer: str
    soundfile: bool = False


MAGIC: tuple[tuple[int, bytes, Found], ...] = (
    (0, b"RF64", Found("RF64", "wav", True)),
    (0, b"BW64", Found("BW64", "wav", True)),
    (0, b"riff\x2e\x91\xcf\x11", Found("Wave64", "w64", True)),
    (0, b"fLaC", Found("FLAC", "flac", True)),
    (0, b"OggS", Found("Ogg", "ogg", True)),
    (0, b".snd", Found("AU", "au", True)),
    (0, b"caff", Found("CAF", "caf", True)),
    (0, b"NIST_1A", Found("NIST SPHERE", "nistsphere")),
    (0, b"ajkg", Found("Shorten", "shn")),
    (0, b"wvpk", Found("WavPack", "wv")),
    (0, b"MAC ", Found("Monkey's Audio", "ape")),
    (0, b"MP+", Found("Musepack", "mpc")),
    (0, b"MPCK", Found("Musepack", "mpc8")),
    (0, b"#!AMR", Found("AMR", "amr")),
    (0, b"#!SILK", Found("SILK", "")),
    (0, b"\x02#!SILK", Found("SILK", "")),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Found("WMA/ASF", "asf")),
    (0, b"\x1a\x45\xdf\xa3", Found("Matroska/WebM", "matroska")),
    (0, b"FLV\x01", Found("FLV", "flv")),
    (0, b"\x00\x00\x01\xba", Found("MPEG-PS", "mpeg")),
    (0, b"TTA1", Found("TTA", "tta")),
    (0, b"Creative Voice File", Found("VOC", "voc")),
    (4, b"ftyp", Found("MP4", "mov")),
    (4, b"moov", Found("MP4", "mov")),
    (4, b"mdat", Found("MP4", "mov")),
    (4, b"wide", Found("MP4", "mov")),
    (4, b"free", Found("MP4", "mov")),
    (4, b"skip", Found("MP4", "mov")),
    (0, b"\x0b\x77", Found("AC-3", "ac3")),
)
FORMS = {
    b"WAVE": Found("WAV", "wav", True),
    b"AVI ": Found("AVI", "avi"),
    b"AIFF": Found("AIFF", "aiff", True),
    b"AIFC": Found("AIFF-C", "aiff", True),
}
NOT_AUDIO: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", "audio.unsupported-lfs-pointer"),
    (b"#EXTM3U", "audio.unsupported-playlist"),
    (b"ffconcat", "audio.unsupported-playlist"),
    (b"[playlist]", "audio.unsupported-playlist"),
    (b"v=0\r\n", "audio.unsupported-playlist"),
    (b"v=0\n", "audio.unsupported-playlist"),
    (b"\xd4\xc3\xb2\xa1", "audio.unsupported-capture"),
    (b"\xa1\xb2\xc3\xd4", "audio.unsupported-capture"),
    (b"\x4d\x3c\xb2\xa1", "audio.unsupported-capture"),
    (b"\x0a\x0d\x0d\x0a", "audio.unsupported-capture"),
    (b"PK\x03\x04", "audio.unsupported-archive"),
    (b"Rar!", "audio.unsupported-archive"),
    (b"\x1f\x8b", "audio.unsupported-archive"),
    (b"7z\xbc\xaf", "audio.unsupported-archive"),
    (b"BZh", "audio.unsupported-archive"),
    (b"\xfd7zXZ", "audio.unsupported-archive"),
    (b"\x28\xb5\x2f\xfd", "audio.unsupported-archive"),
    (b"\xff\xd8\xff", "audio.unsupported-picture"),
    (b"\x89PNG", "audio.unsupported-picture"),
    (b"GIF8", "audio.unsupported-picture"),
    (b"BM", "audio.unsupported-picture"),
    (b"%PDF", "audio.unsupported-document"),
    (b"\xd0\xcf\x11\xe0", "audio.unsupported-document"),
    (b"\x7fELF", "audio.unsupported-program"),
    (b"MZ", "audio.unsupported-program"),
    (b"SQLite format 3", "audio.unsupported-document"),
)
PLAYLIST_WORDS = (b"<mpd", b"<smoothstreamingmedia", b"<compositionplaylist", b"<asx", b"<smil")
PLAYLIST_STARTS = (b"concat:", b"subfile,", b"file ", b"http://", b"https://", b"rtsp://", b"file:")


def sniff(head: bytes, size: int) -> Found:
    """The format of a file of so many bytes that begins with head (HEAD_BYTES or all of it).

    Refusal audio.empty-file, or audio.unsupported-… naming what was found instead of audio.
    """
    if size == 0:
        raise Refusal("audio.empty-file")
    found = _format(head) or _format(_after_id3(head)) or _mpeg(head)
    if found and found.demuxer:
        return found
    if found:
        raise Refusal("audio.unsupported-codec", found=found.name)
    raise Refusal(_not_audio(head))


def _format(head: bytes) -> Found | None:
    if head[:4] in (b"RIFF", b"RIFX", b"FORM") and head[8:12] in FORMS:
        return FORMS[head[8:12]]
    for offset, magic, found in MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return found
    if head[:2] in (b"\xff\xf1", b"\xff\xf9", b"\xff\xf0", b"\xff\xf8") and _adts(head):
        return Found("AAC", "aac")
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return Found("MPEG-TS", "mpegts")
    return None


def _adts(head: bytes) -> bool:
    """A second AAC frame follows the first (or the file ends with it)."""
    if len(head) < 7:
        return False
    length = ((head[3] & 3) << 11) | (head[4] << 3) | (head[5] >> 5)
    after = head[length : length + 2]
    return length >= 7 and (not after or (after[0] == 0xFF and after[1:] == head[1:2]))


def _after_id3(head: bytes) -> bytes:
    """What follows an ID3v2 tag, or nothing where there is none or it outgrows the head."""
    if head[:3] != b"ID3" or len(head) < 10:
        return b""
    length = 0
    for byte in head[6:10]:
        length = (length << 7) | (byte & 0x7F)
    return head[10 + length :]


def _mpeg(head: bytes) -> Found | None:
    """MPEG audio: a tag, or three frames in a row that agree, some way into the file."""
    found = Found("MP3", "mp3", True)
    if head[:3] == b"ID3":
        return found
    start = head.find(b"\xff")
    while 0 <= start < MPEG_SCAN_BYTES:
        if _frames_in_a_row(head, start) >= 3:
            return found
        start = head.find(b"\xff", start + 1)
    return found if _frames_in_a_row(head, 0) and len(head) <= 2 * _frame_length(head, 0) else None


def _frames_in_a_row(head: bytes, at: int) -> int:
    """How many MPEG frames of one version, layer and rate follow each other, up to three."""
    first = head[at : at + 4]
    count = 0
    while count < 3 and (length := _frame_length(head, at)):
        same = head[at + 1] & 0xFE == first[1] & 0xFE and head[at + 2] & 0x0C == first[2] & 0x0C
        if not same:
            break
        count += 1
        at += length
    return count


def _frame_length(head: bytes, at: int) -> int:
    """Bytes of the MPEG frame whose header is at this place, 0 where there is none."""
    header = head[at : at + 4]
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = (header[1] >> 3) & 3, 4 - ((header[1] >> 1) & 3)
    bits, rate_index, padding = header[2] >> 4, (header[2] >> 2) & 3, (header[2] >> 1) & 1
    if version == 1 or layer == 4 or bits in (0, 15) or rate_index == 3:
        return 0
    kbits = (MPEG_1_KBITS if version == 3 else MPEG_2_KBITS)[layer][bits - 1]
    rate = MPEG_RATES[version][rate_index]
    if layer == 1:
        return (12 * kbits * 1000 // rate + padding) * 4
    return (72 if layer == 3 and version != 3 else 144) * kbits * 1000 // rate + padding


def _not_audio(head: bytes) -> str:
    """The key of the refusal for what is no audio that we know."""
    for magic, key in NOT_AUDIO:
        if head.startswith(magic):
            return key
    if not _is_text(head):
        return "audio.unsupported-raw"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    listed = any(word in start[:4096] for word in PLAYLIST_WORDS) or b"#extm3u" in start[:4096]
    if listed or start.startswith(PLAYLIST_STARTS):
        return "audio.unsupported-playlist"
    return "audio.unsupported-text"


def _is_text(head: bytes) -> bool:
    """Printable in UTF-8, UTF-16 or GBK, judged by the first 4 kB."""
    sample = head[:4096]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in sample):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return _is_gbk(sample)
    return True


def _is_gbk(sample: bytes) -> bool:
    """Chinese in GBK: nearly all of its characters are everyday ones (rows B0 to D7) or signs."""
    text = codecs.getincrementaldecoder("gb18030")("replace").decode(sample)
    signs = [character.encode("gb18030", "replace") for character in text]
    wide = [sign for sign in signs if len(sign) > 1]
    usual = [s for s in wide if 0xB0 <= s[0] <= 0xD7 or 0xA1 <= s[0] <= 0xA3]
    varied = len(set(sample)) >= min(32, len(sample) / 8)  # silence in A-law reads 照照照
    return varied and "\ufffd" not in text and len(usual) >= 0.9 * len(wide)
