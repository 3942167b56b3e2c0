"""Every setting of the product, one sentence each. Data only: configuration/ fills it in."""

from dataclasses import dataclass, field
from typing import Annotated


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """Decoding of recordings, in a child process with limits."""

    max_hours: Annotated[float, "a longer recording is refused as too_long"] = 4.0
    memory_megabytes: Annotated[int, "address space that decoding one file may take"] = 1024
    seconds: Annotated[
        float, "time that decoding one file may take, at least; large files get more"
    ] = 20.0
    pair_suffixes: Annotated[
        tuple[str, ...],
        "file name endings of one-sided recordings that belong together, agent's first",
    ] = ("_agent", "_caller", "_customer")
    raw: Annotated[
        tuple[str, ...],
        "what files without a header hold, by ending, as in .alaw=alaw/8000; others are refused",
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Voice activity (Silero). These drive every timing figure."""

    threshold: Annotated[float, "probability from which a frame is voice"] = 0.5
    negative_threshold: Annotated[float, "probability below which voice ends"] = 0.35
    min_silence_ms: Annotated[int, "shorter gaps do not end a stretch of voice"] = 150
    min_speech_ms: Annotated[int, "shorter stretches are not voice"] = 60
    pad_ms: Annotated[int, "added on both sides for the recogniser, never for timing"] = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """The recogniser."""

    model: Annotated[str, "name or folder of a faster-whisper model; demo-zh is bundled"] = (
        "demo-zh"
    )
    device: Annotated[str, "auto, cpu or cuda"] = "auto"
    compute_type: Annotated[str, "auto (int8 on CPU, float16 on GPU) or CTranslate2's name"] = (
        "auto"
    )
    language: Annotated[str, "language code that the recogniser is told"] = "zh"
    beam_size: Annotated[int, "beams; 0 takes what the model folder recommends"] = 0
    batch_windows: Annotated[int, "windows recognised at once; a CPU has a worker for four"] = 8
    threads: Annotated[int, "CPU threads of the recogniser; 0 takes all cores"] = 0
    window_seconds: Annotated[float, "longest window; 0 takes what the model folder says"] = 0.0
    agent_channel: Annotated[int, "the agent's channel in stereo recordings, from 0"] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """When recognised words are not believed."""

    min_log_probability: Annotated[float, "mean log-probability below which a window fails"] = -1.0
    max_no_speech: Annotated[float, "no-speech probability above which a window fails"] = 0.6
    max_characters_per_second: Annotated[float, "faster speech than this is invention"] = 12.0
    max_repeats: Annotated[int, "a group of characters said more often in a row fails"] = 3
    phantoms: Annotated[str, "lexicon of phrases that recognisers invent in silence"] = "phantoms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Who is the agent."""

    min_confidence: Annotated[float, "below this a turn's speaker is unknown"] = 0.6
    leak_decibels: Annotated[float, "a channel this much weaker and alike is leakage"] = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Templates and lexicons."""

    template: Annotated[str, "name or file of the template; auto picks by its applies"] = "auto"
    min_confidence: Annotated[float, "evidence trusted less than this is doubtful"] = 0.5
    near_miss: Annotated[
        float, "a required phrase that is said at least this nearly (0..1) is doubtful, not missing"
    ] = 0.7
    misheard_below: Annotated[
        float, "a word trusted less than this may have been misheard; only then is a miss near"
    ] = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Chats:
    """Dialogue logs of others: which column is what, and whose the names in them are."""

    speaker_column: Annotated[str, "heading of the column that says who; empty: known headings"] = (
        ""
    )
    time_column: Annotated[str, "heading of the column that says when"] = ""
    text_column: Annotated[str, "heading of the column with the words"] = ""
    chat_column: Annotated[str, "heading of the column that tells several chats apart"] = ""
    agents: Annotated[
        tuple[str, ...], "names of agents, beside 坐席, 客服, agent...; * stands for anything"
    ] = ()
    customers: Annotated[tuple[str, ...], "names of customers, beside 客户, 买家, customer..."] = ()
    others: Annotated[
        tuple[str, ...], "names that are no person's, beside 系统, 机器人, bot..."
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescoring:
    """Checking stored calls again."""

    processes: Annotated[int, "processes that share the calls; 0 takes all cores"] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The month's demerits; nothing here changes a scorecard."""

    demerit_limit: Annotated[
        float, "demerits in a month from which `zhiyin report` names an agent"
    ] = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """The database of results."""

    busy_seconds: Annotated[
        float, "how long to wait for another process that writes, before giving up"
    ] = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """The nightly run: where recordings come from, and how each is brought here."""

    sources: Annotated[
        tuple[str, ...], "folders, files and buckets (s3://bucket/prefix) with the recordings"
    ] = ()
    patterns: Annotated[
        tuple[str, ...],
        "names that are recordings, as in *.wav or 2026/*; !name is none; empty: all known endings",
    ] = ()
    name_patterns: Annotated[
        tuple[str, ...],
        "what file names say, as in {started:%Y%m%d%H%M%S}_{agent}_{customer_number}; first fit",
    ] = ()
    records: Annotated[
        tuple[str, ...], "files of call records (CSV, XLSX, JSON lines), or folders of such"
    ] = ()
    record_columns: Annotated[
        tuple[str, ...], "columns of call records under other headings, as in 流水号=id"
    ] = ()
    engine: Annotated[str, "who does the work: local (this machine) or ray (a cluster)"] = "local"
    address: Annotated[str, "address of the Ray cluster, as in 10.0.0.1:6379"] = ""
    watch_seconds: Annotated[float, "with --watch, wait this long between two listings"] = 60.0
    lease_seconds: Annotated[
        float, "a run or worker that has not been heard of for so long has lost what it held"
    ] = 120.0
    beat_seconds: Annotated[float, "a run and its workers say this often that they live"] = 10.0
    attempts: Annotated[
        int, "how often a recording is tried that breaks what works on it, or that nobody can fetch"
    ] = 3
    preparers: Annotated[
        int, "processes per worker that fetch, decode and find voice; 0 chooses by the device"
    ] = 0
    recordings_per_worker: Annotated[
        int, "a worker is replaced after so many recordings; 0 never"
    ] = 20_000
    worker_megabytes: Annotated[
        int, "a worker that takes more memory is replaced; 0: a third more than after its start"
    ] = 0
    hang_seconds: Annotated[
        float, "a worker or preparer that is silent for so long is taken to hang, at least..."
    ] = 120.0
    hang_times: Annotated[float, "...so many times the longest recording that it has in hand"] = 4.0
    stop_seconds: Annotated[
        float, "a run that is told to stop has so long to finish what is in hand"
    ] = 30.0
    progress_seconds: Annotated[
        float, "off a terminal, a line says this often how far the run is"
    ] = 10.0
    prometheus: Annotated[
        str, "file for Prometheus' textfile collector, ending in .prom; empty: none"
    ] = ""
    settle_seconds: Annotated[
        float, "a file that changed less than this ago may still be growing, and waits"
    ] = 60.0
    s3_endpoint: Annotated[str, "address of the S3 server; empty takes the environment's"] = ""
    max_megabytes: Annotated[int, "a larger object of a bucket is refused"] = 2048
    fetch_attempts: Annotated[int, "how often a bucket is asked before its answer is a no"] = 4
    fetch_wait_seconds: Annotated[float, "wait after a first failed try; doubled each time"] = 1.0
    fetch_timeout_seconds: Annotated[float, "a bucket that is silent for so long is away"] = 30.0
    etag_is_md5: Annotated[
        bool, "whole objects are checked by their ETag; false for buckets with keys of their own"
    ] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; a section each."""

    language: Annotated[str, "language of tables and pages: zh or en"] = "zh"
    audio: Audio = field(default_factory=Audio)
    activity: Activity = field(default_factory=Activity)
    speech: Speech = field(default_factory=Speech)
    gate: Gate = field(default_factory=Gate)
    roles: Roles = field(default_factory=Roles)
    scoring: Scoring = field(default_factory=Scoring)
    rescoring: Rescoring = field(default_factory=Rescoring)
    chats: Chats = field(default_factory=Chats)
    report: Report = field(default_factory=Report)
    storage: Storage = field(default_factory=Storage)
    night: Night = field(default_factory=Night)
