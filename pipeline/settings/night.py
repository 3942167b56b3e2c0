"""Settings of the night: where recordings come from, where results go, how long they are kept."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """The database of results."""

    url: Annotated[
        str,
        "PostgreSQL, as in postgresql://user:password@host/database; empty: SQLite in the home"
        " | PostgreSQL 的地址，如 postgresql://用户:密码@主机/数据库；留空则用主目录里的 SQLite",
    ] = ""
    busy_seconds: Annotated[
        float,
        "how long to wait for another process that writes, before giving up"
        " | 别的进程正在写时，最多等多久才放弃",
    ] = 30.0
    reconnect_seconds: Annotated[
        float,
        "how long work that is under way waits for a PostgreSQL that is away"
        " | 工作进行中 PostgreSQL 断开时，最多等多久",
    ] = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """The nightly run: where recordings come from, and how each is brought here."""

    sources: Annotated[
        tuple[str, ...],
        "folders, files and buckets (s3://bucket/prefix) with the recordings"
        " | 录音所在的文件夹、文件和存储桶（s3://桶/前缀）",
    ] = ()
    patterns: Annotated[
        tuple[str, ...],
        "names that are recordings, as in *.wav or 2026/*; !name is none; empty: all known endings"
        " | 哪些名字是录音，例如 *.wav 或 2026/*；!名字 不是；空：所有认得的后缀",
    ] = ()
    name_patterns: Annotated[
        tuple[str, ...],
        "what file names say, as in {started:%Y%m%d%H%M%S}_{agent}_{customer_number}; first fit"
        " | 文件名里写了什么，例如 {started:%Y%m%d%H%M%S}_{agent}_{customer_number}；取头一个合的",
    ] = ()
    records: Annotated[
        tuple[str, ...],
        "files of call records (CSV, XLSX, JSON lines), or folders of such"
        " | 通话记录的文件（CSV、XLSX、每行一个 JSON），或存放它们的文件夹",
    ] = ()
    record_columns: Annotated[
        tuple[str, ...],
        "columns of call records under other headings, as in 流水号=id"
        " | 通话记录里标题不同的列，例如 流水号=id",
    ] = ()
    engine: Annotated[
        str,
        "who does the work: local (this machine) or ray (a cluster)"
        " | 谁来做：local（本机）或 ray（集群）",
    ] = "local"
    address: Annotated[
        str,
        "address of the Ray cluster, as in 10.0.0.1:6379 | Ray 集群的地址，例如 10.0.0.1:6379",
    ] = ""
    cores_per_worker: Annotated[
        int,
        "on a node of a cluster without GPUs, a worker for so many of its cores"
        " | 集群中没有 GPU 的节点上，每这么多个核一个工作进程",
    ] = 4
    watch_seconds: Annotated[
        float,
        "with --watch, wait this long between two listings | 用 --watch 时，两次列目录之间等多久",
    ] = 60.0
    lease_seconds: Annotated[
        float,
        "a run or worker that has not been heard of for so long has lost what it held"
        " | 一次运行或一个工作进程这么久没有消息，手上的就归还",
    ] = 120.0
    beat_seconds: Annotated[
        float,
        "a run and its workers say this often that they live"
        " | 一次运行和它的工作进程每隔多久报一次活着",
    ] = 10.0
    attempts: Annotated[
        int,
        "how often a recording is tried that breaks what works on it, or that nobody can fetch"
        " | 一条录音使进程崩溃或取不到时，最多试几次",
    ] = 3
    preparers: Annotated[
        int,
        "processes per worker that fetch, decode and find voice; 0 chooses by the device"
        " | 每个工作进程有几个进程取文件、解码、找人声；0 按设备选",
    ] = 0
    recordings_per_worker: Annotated[
        int,
        "a worker is replaced after so many recordings; 0 never"
        " | 一个工作进程做过这么多录音就换新的；0 从不",
    ] = 20_000
    worker_megabytes: Annotated[
        int,
        "a worker that takes more memory is replaced; 0: a third more than after its start"
        " | 占内存更多的工作进程换新的；0：比刚启动时多三分之一",
    ] = 0
    hang_seconds: Annotated[
        float,
        "a worker or preparer that is silent for so long is taken to hang, at least..."
        " | 工作进程或准备进程这么久没有动静，算卡住；至少……",
    ] = 120.0
    hang_times: Annotated[
        float,
        "...so many times the longest recording that it has in hand"
        " | ……手上最长的录音时长的这么多倍",
    ] = 4.0
    stop_seconds: Annotated[
        float,
        "a run that is told to stop has so long to finish what is in hand"
        " | 叫停之后，最多用这么久做完手上的",
    ] = 30.0
    progress_seconds: Annotated[
        float,
        "off a terminal, a line says this often how far the run is"
        " | 不在终端上时，每隔多久用一行说明进度",
    ] = 10.0
    prometheus: Annotated[
        str,
        "file for Prometheus' textfile collector, ending in .prom; empty: none"
        " | 给 Prometheus 的 textfile collector 的文件，以 .prom 结尾；空：不写",
    ] = ""
    settle_seconds: Annotated[
        float,
        "a file that changed less than this ago may still be growing, and waits"
        " | 不到这么久以前还改过的文件可能还在增长，先等着",
    ] = 60.0
    s3_endpoint: Annotated[
        str,
        "address of the S3 server; empty takes the environment's"
        " | S3 服务器的地址；空用环境变量里的",
    ] = ""
    max_megabytes: Annotated[
        int,
        "a larger object of a bucket is refused | 存储桶里更大的对象不收",
    ] = 2048
    fetch_attempts: Annotated[
        int,
        "how often a bucket is asked before its answer is a no | 向存储桶要几次，才算要不到",
    ] = 4
    fetch_wait_seconds: Annotated[
        float,
        "wait after a first failed try; doubled each time | 头一次失败后等多久再试；以后每次加倍",
    ] = 1.0
    fetch_timeout_seconds: Annotated[
        float,
        "a bucket that is silent for so long is away | 存储桶这么久没有回音，算连不上",
    ] = 30.0
    etag_is_md5: Annotated[
        bool,
        "whole objects are checked by their ETag; false for buckets with keys of their own"
        " | 整个对象按 ETag 核对；存储桶用自己的加密密钥时写 false",
    ] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long calls are kept; `zhiyin purge` deletes what is older."""

    days: Annotated[
        int,
        "days after which `zhiyin purge` deletes a call; 0: only those of --older-than"
        " | 多少天以前的通话由 `zhiyin purge` 删除；0 表示只按 --older-than",
    ] = 0
    keep_scores: Annotated[
        bool,
        "keep its score, without what was said and without the customer"
        " | 删除时保留得分，去掉对话内容和客户信息",
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """What calls are about, found at the end of a run."""

    calls: Annotated[
        int,
        "calls of the last five weeks that are looked at together; of more, so many are drawn by"
        " lot; 0: a run finds no topics"
        " | 最近五周的通话一起看多少个；再多就随机抽这么多；0：运行结束时不找主题",
    ] = 20_000
    seconds: Annotated[
        float,
        "a run gives this so long; then it is ended, and goes on after the next run"
        " | 运行结束时最多用多久；到时就停，下次运行后接着做",
    ] = 1_800.0
    megabytes: Annotated[
        int,
        "memory that this may take | 最多用多少内存",
    ] = 4_096
