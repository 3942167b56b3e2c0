"""Settings of hearing: decoding, voice, recognition, what is believed of it, and who speaks."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """Decoding of recordings, in a child process with limits."""

    max_hours: Annotated[
        float,
        "a longer recording is refused as too_long | 更长的录音不收（too_long）",
    ] = 4.0
    memory_megabytes: Annotated[
        int,
        "address space that decoding one file may take | 解码一个文件最多可用的地址空间",
    ] = 1024
    seconds: Annotated[
        float,
        "time that decoding one file may take, at least; large files get more"
        " | 解码一个文件至少可用的时间；大文件更多",
    ] = 20.0
    pair_suffixes: Annotated[
        tuple[str, ...],
        "file name endings of one-sided recordings that belong together, agent's first"
        " | 一通通话分成两个单方录音时，文件名的结尾；坐席的写在最前",
    ] = ("_agent", "_caller", "_customer")
    raw: Annotated[
        tuple[str, ...],
        "what files without a header hold, by ending, as in .alaw=alaw/8000; others are refused"
        " | 没有文件头的文件按后缀当作什么，例如 .alaw=alaw/8000；其余不收",
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Voice activity (Silero). These drive every timing figure."""

    threshold: Annotated[
        float,
        "probability from which a frame is voice | 概率达到多少，这一帧算有人声",
    ] = 0.5
    negative_threshold: Annotated[
        float,
        "probability below which voice ends | 概率低于多少，人声算结束",
    ] = 0.35
    min_silence_ms: Annotated[
        int,
        "shorter gaps do not end a stretch of voice | 更短的间隔不算人声结束",
    ] = 150
    min_speech_ms: Annotated[
        int,
        "shorter stretches are not voice | 更短的一段不算人声",
    ] = 60
    pad_ms: Annotated[
        int,
        "added on both sides for the recogniser, never for timing"
        " | 给识别器两端各多留多少；计时不用",
    ] = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """The recogniser."""

    model: Annotated[
        str,
        "name or folder of a faster-whisper model; demo-zh is bundled"
        " | faster-whisper 模型的名字或文件夹；自带 demo-zh",
    ] = "demo-zh"
    device: Annotated[
        str,
        "auto, cpu or cuda | auto、cpu 或 cuda",
    ] = "auto"
    compute_type: Annotated[
        str,
        "auto (int8 on CPU, float16 on GPU) or CTranslate2's name"
        " | auto（CPU 用 int8，GPU 用 float16）或 CTranslate2 的名称",
    ] = "auto"
    language: Annotated[
        str,
        "language code that the recogniser is told | 告诉识别器的语言代码",
    ] = "zh"
    beam_size: Annotated[
        int,
        "beams; 0 takes what the model folder recommends | 束宽；0 用模型文件夹所建议的",
    ] = 0
    batch_windows: Annotated[
        int,
        "windows recognised at once; a CPU has a worker for four"
        " | 一次识别几个窗口；CPU 上每四个用一个工作线程",
    ] = 8
    threads: Annotated[
        int,
        "CPU threads of the recogniser; 0 takes all cores | 识别器所用的 CPU 线程；0 用全部核心",
    ] = 0
    window_seconds: Annotated[
        float,
        "longest window; 0 takes what the model folder says | 窗口最长多少秒；0 用模型文件夹所写的",
    ] = 0.0
    agent_channel: Annotated[
        int,
        "the agent's channel in stereo recordings, from 0 | 双声道录音中坐席在哪个声道，从 0 数起",
    ] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """When recognised words are not believed."""

    min_log_probability: Annotated[
        float,
        "mean log-probability below which a window fails | 平均对数概率低于多少，这个窗口不可信",
    ] = -1.0
    max_no_speech: Annotated[
        float,
        "no-speech probability above which a window fails | 无人说话的概率高于多少，这个窗口不可信",
    ] = 0.6
    max_characters_per_second: Annotated[
        float,
        "faster speech than this is invention | 说得比这还快，就是编造",
    ] = 12.0
    max_repeats: Annotated[
        int,
        "a group of characters said more often in a row fails | 同样几个字连说超过多少次，不可信",
    ] = 3
    phantoms: Annotated[
        str,
        "lexicon of phrases that recognisers invent in silence | 识别器在静音里会编造的话：词库名",
    ] = "phantoms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Who is the agent."""

    min_confidence: Annotated[
        float,
        "below this a turn's speaker is unknown | 低于多少，这一句的说话人算不明",
    ] = 0.6
    leak_decibels: Annotated[
        float,
        "a channel this much weaker and alike is leakage | 一个声道弱这么多又很相像，就是串音",
    ] = 15.0
