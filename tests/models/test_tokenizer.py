import json

import pytest
from tokenizers import Tokenizer

from models.train import tokenizer as ids


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_str(json.dumps(ids.tokenizer_json()))


def test_whisper_finds_its_ids(tokenizer: Tokenizer) -> None:
    assert tokenizer.get_vocab_size() == ids.SIZE
    for token, number in {
        "": 50_256,
        "<|endoftext|>": 50_257,
        "<|startoftranscript|>": 50_258,
        "<|en|>": 50_259,
        "<|zh|>": 50_260,
        "<|translate|>": 50_358,
        "<|transcribe|>": 50_359,
        "<|startoflm|>": 50_360,
        "<|startofprev|>": 50_361,
        "<|nospeech|>": 50_362,
        "<|notimestamps|>": 50_363,
        "<|0.00|>": 50_364,
        "<|30.00|>": 51_864,
    }.items():
        assert tokenizer.token_to_id(token) == number


def test_one_token_per_character(tokenizer: Tokenizer) -> None:
    for character in ids.characters():
        assert len(tokenizer.encode(character).ids) == 1


@pytest.mark.parametrize("text", ["您好，工号幺零二四", "abc 12!", "龘𠮷😀", "\n"])
def test_any_text_comes_back(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_compact_ids_are_a_renumbering(tokenizer: Tokenizer) -> None:
    compact = ids.Compact()
    assert len(set(compact.real)) == len(compact)
    assert (
        len(compact) + compact.unused == ids.SIZE + 1
    )  # the junk row counts once and stands for all
    real = [compact.real[i] for i in compact.text("请您稍等")]
    assert real == tokenizer.encode("请您稍等").ids
    assert compact.read([*compact.text("请您稍等"), compact.end, *compact.text("好")]) == "请您稍等"
    assert compact.real[compact.time(1.5)] == tokenizer.token_to_id("<|1.50|>")
