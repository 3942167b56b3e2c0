"""A tokenizer of one token per Chinese character, in the id layout of the multilingual Whisper.

    0–255            the bytes, in the byte-level order of GPT-2
    256–…            every Chinese character: its first two bytes (a prefix), then the character
    … –50,256        fillers; 50,256 is the empty string: CTranslate2 calls a Whisper multilingual
                     only if its vocabulary holds that
    50,257–51,864    Whisper's specials: end, start, 99 languages, tasks, timestamps of 20 ms

So faster-whisper takes it for a Whisper like any other, and word times are times of characters.
While training, ids are compact: `Compact` knows the 4,000 that can occur, and one junk row stands
for all others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SIZE = 51_865
END, START, CHINESE = 50_257, 50_258, 50_260
TRANSLATE, TRANSCRIBE, START_OF_LM, START_OF_PREV = 50_358, 50_359, 50_360, 50_361
NO_SPEECH, NO_TIMESTAMPS, FIRST_TIMESTAMP = 50_362, 50_363, 50_364
TIMESTAMP = 0.02  # s
LONGEST = 12.0  # s: the last timestamp that the compact ids hold
WINDOW = 9.0  # s: the longest window that is trained on, and that the exported model is given

LANGUAGES = (  # noqa: SIM905  in Whisper's order
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th "
    "ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr "
    "pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt "
    "haw ln ha ba jw su"
).split()

MORE = (  # said on the telephone, in names and places, in everyday words
    "嗯喂哦噢喔唉哎诶呗咯嘞哟嘿呦哼嗨哇咋俩仨幺您她咱呃嘛啦呢吧吗啥呐哒咦唠叨嘀咕尴尬馄饨煲跤阖浏迄"
    "圳莞婷怡梓萱曦楠倩昊煜睿妍彤岚婧媛璇璐瑜瑾珺琦琛钰锟烨炜焱晟昕旻淇沁泓芊芮茜菁蕊蓓薇茵莎菲俪佟"
    "闫滕阚覃瞿嵇佘缪濮漯泸漳汕琼珲邳邕郴鄞鄂崂岱嵊歙滁涪衢亳浜锛诏姊妃浠垸恺祯芙禧祀骁璋蕾棣瑛禅"
    "鑫琪嫣奕铮璁祺娴沐迦潇晖镖寰厮浏瀛瑙驿魅嗤嵋蒿鳌瑕匕诰屹喆琬瑶赟甄翎皓弋宸戬汶荃莅憬懵忐忑惬嗓咳嗽"
)


def characters() -> list[str]:
    """The 3,755 everyday characters of GB 2312's first level, and `MORE`."""
    level_one = [
        bytes((row, cell)).decode("gb2312")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFA if row == 0xD7 else 0xFF)
    ]
    return list(dict.fromkeys([*level_one, *MORE]))


def byte_letters() -> list[str]:
    """The letter that stands for each byte in byte-level tokenizers, by token id."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    moved = [b for b in range(256) if b not in kept]
    return [chr(b) for b in kept] + [chr(256 + i) for i in range(len(moved))]


def _letters() -> dict[int, str]:
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    moved = [b for b in range(256) if b not in kept]
    return dict(zip([*kept, *moved], byte_letters(), strict=True))


def build() -> tuple[dict[str, int], list[tuple[str, str]], dict[str, int]]:
    """(token → id below 50,257, merges in order, special token → id)."""
    letters = _letters()
    vocabulary = {letter: i for i, letter in enumerate(byte_letters())}
    merges = []
    for character in characters():
        a, b, c = (letters[byte] for byte in character.encode())
        if a + b not in vocabulary:
            vocabulary[a + b] = len(vocabulary)
            merges.append((a, b))
        vocabulary[a + b + c] = len(vocabulary)
        merges.append((a + b, c))
    for i in range(len(vocabulary), END - 1):
        vocabulary[f"<|unused{i}|>"] = i
    vocabulary[""] = END - 1
    names = ["endoftext", "startoftranscript", *LANGUAGES, "translate", "transcribe"]
    names += ["startoflm", "startofprev", "nospeech", "notimestamps"]
    names += [f"{i * TIMESTAMP:.2f}" for i in range(1501)]
    specials = {f"<|{name}|>": END + i for i, name in enumerate(names)}
    return vocabulary, merges, specials


def tokenizer_json() -> dict[str, Any]:
    """The content of tokenizer.json, in the format of the tokenizers library."""
    vocabulary, merges, specials = build()
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    byte_level = {"add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    each = {"type": "Split", "pattern": {"Regex": "[\\s\\S]"}, "behavior": "Isolated"}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": i, "content": token, **flags, "special": i < FIRST_TIMESTAMP}
            for token, i in specials.items()
        ],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{**each, "invert": False}, {"type": "ByteLevel", **byte_level}],
        },
        "post_processor": None,
        "decoder": {"type": "ByteLevel", **byte_level},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": vocabulary,
            "merges": [list(pair) for pair in merges],
        },
    }


def write(folder: Path) -> None:
    """Write tokenizer.json into `folder`."""
    text = json.dumps(tokenizer_json(), ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")


class Compact:
    """The ids that occur in training, renumbered; compact id 0 is the junk row."""

    def __init__(self) -> None:
        vocabulary, _, _ = build()
        letters = _letters()
        whole = {c: vocabulary["".join(letters[b] for b in c.encode())] for c in characters()}
        specials = [END, START, CHINESE, TRANSCRIBE, NO_SPEECH, NO_TIMESTAMPS]
        times = range(FIRST_TIMESTAMP, FIRST_TIMESTAMP + round(LONGEST / TIMESTAMP) + 1)
        self.real = [-1, *specials, *times, *whole.values()]
        self.compact = {real: i for i, real in enumerate(self.real)}
        self.character = {c: self.compact[i] for c, i in whole.items()}
        self.unused = SIZE - len(self.real) + 1
        self.end, self.start, self.chinese = (self.compact[i] for i in specials[:3])
        self.transcribe, self.no_speech, self.no_timestamps = (
            self.compact[i] for i in specials[3:]
        )

    def __len__(self) -> int:
        return len(self.real)

    def text(self, characters: str) -> list[int]:
        """Compact ids of a text. Raises KeyError for a character that the model cannot write."""
        return [self.character[c] for c in characters]

    def time(self, seconds: float) -> int:
        """Compact id of the timestamp nearest to a time from 0 to `LONGEST`."""
        return self.compact[FIRST_TIMESTAMP + round(seconds / TIMESTAMP)]

    def read(self, ids: Iterable[int]) -> str:
        """The characters among compact ids, up to the end token; timestamps are left out."""
        back = {i: c for c, i in self.character.items()}
        text = []
        for i in ids:
            if i == self.end:
                break
            text.append(back.get(i, ""))
        return "".join(text)
