"""Every setting of the product, one sentence each in English | 中文.

Data only, hence long: configuration/ fills it in.
"""

from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Templates and lexicons."""

    template: Annotated[
        str,
        "name or file of the template; auto picks by its applies"
        " | 评分模板的名字或文件；auto 按各模板的 applies 选",
    ] = "auto"
    min_confidence: Annotated[
        float,
        "evidence trusted less than this is doubtful | 证据的可信程度低于多少，请人确认",
    ] = 0.5
    near_miss: Annotated[
        float,
        "a required phrase that is said at least this nearly (0..1) is doubtful, not missing"
        " | 要求说的话说得至少这么接近（0 到 1），请人确认，不算没说",
    ] = 0.7
    misheard_below: Annotated[
        float,
        "a word trusted less than this may have been misheard; only then is a miss near"
        " | 可信程度低于多少的字可能是听错的；只有这样才算接近",
    ] = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Chats:
    """Dialogue logs of others: which column is what, and whose the names in them are."""

    speaker_column: Annotated[
        str,
        "heading of the column that says who; empty: known headings"
        " | 写明谁说的那一列的标题；空：用认得的标题",
    ] = ""
    time_column: Annotated[
        str,
        "heading of the column that says when | 写明何时的那一列的标题",
    ] = ""
    text_column: Annotated[
        str,
        "heading of the column with the words | 写明所说的话的那一列的标题",
    ] = ""
    chat_column: Annotated[
        str,
        "heading of the column that tells several chats apart | 区分几个会话的那一列的标题",
    ] = ""
    agents: Annotated[
        tuple[str, ...],
        "names of agents, beside 坐席, 客服, agent...; * stands for anything"
        " | 坐席的名字，加在坐席、客服、agent 等之外；* 代表任意字",
    ] = ()
    customers: Annotated[
        tuple[str, ...],
        "names of customers, beside 客户, 买家, customer..."
        " | 客户的名字，加在客户、买家、customer 等之外",
    ] = ()
    others: Annotated[
        tuple[str, ...],
        "names that are no person's, beside 系统, 机器人, bot..."
        " | 不是人的名字，加在系统、机器人、bot 等之外",
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescoring:
    """Checking stored calls again."""

    processes: Annotated[
        int,
        "processes that share the calls; 0 takes all cores | 几个进程分着检查通话；0 用全部核心",
    ] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The month's demerits; nothing here changes a scorecard."""

    demerit_limit: Annotated[
        float,
        "demerits in a month from which `zhiyin report` names an agent"
        " | 一个月记分达到多少，`zhiyin report` 点出这位坐席",
    ] = 20.0


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
        " | 一个录音使进程崩溃或取不到时，最多试几次",
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
class Access:
    """Who may come in, and for how long."""

    password_characters: Annotated[
        int, "a password must have so many characters | 密码至少要有这么多个字符"
    ] = 10
    login_tries: Annotated[
        int,
        "so many wrong passwords for one name within login_minutes, and it has to wait"
        " | 一个账号在 login_minutes 分钟内输错这么多次密码，就要等",
    ] = 5
    login_minutes: Annotated[
        float, "the time in which wrong passwords are counted | 在多长时间内计算输错次数"
    ] = 15.0
    address_tries: Annotated[
        int,
        "so many tries from one address within a minute, and it has to wait"
        " | 一个地址在一分钟内尝试这么多次，就要等",
    ] = 20
    idle_minutes: Annotated[
        float, "who does nothing for so long has to log in again | 这么久没有操作就要重新登录"
    ] = 30.0
    session_hours: Annotated[
        float, "after so long everybody has to log in again | 登录这么久之后都要重新登录"
    ] = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewing:
    """What people listen to, and what becomes of it."""

    random_share: Annotated[
        float,
        "so large a share of all calls is heard whatever the machine says, so that averages are"
        " honest | 不管机器怎么说，随机抽听这么大比例的通话，平均分才可信",
    ] = 0.02
    neighbours: Annotated[
        int,
        "of a problem call, so many of the agent's recordings before and after it are queued"
        " | 发现问题通话后，把该坐席前后各这么多条录音排入队列",
    ] = 1
    problem_share: Annotated[
        float,
        "a call that lost so much of its points, or has a fatal item, is a problem call"
        " | 扣分达到这个比例，或有一票否决项，就是问题通话",
    ] = 0.2
    days: Annotated[
        int,
        "days after a call within which it should have been inspected | 通话之后多少天内应完成质检",
    ] = 2
    release_at_once: Annotated[
        bool,
        "show a card to its agent as soon as it is confirmed; false: when somebody releases it"
        " | 确认后立即让坐席看到；false 表示等人发布",
    ] = False
    reasons: Annotated[
        tuple[str, ...],
        "why people override the machine, for the list to choose from; one's own words always do"
        " | 改判的理由，供选择；也可以自己写",
    ] = ("misheard", "context", "quoted", "wrong-speaker", "rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The desk: `zhiyin serve`."""

    host: Annotated[
        str,
        "address that the desk listens on; others than this machine's own want TLS"
        " | 质检台监听的地址；对外的地址要用 TLS",
    ] = "127.0.0.1"
    port: Annotated[int, "its port | 端口"] = 8420
    hosts: Annotated[
        tuple[str, ...],
        "names by which browsers reach it, as in desk.example.com, beside this machine's own"
        " | 浏览器用什么名字访问，例如 desk.example.com；本机自己的名字不用写",
    ] = ()
    tls_cert: Annotated[
        str,
        "certificate for HTTPS (PEM, with those in between); empty: no TLS"
        " | HTTPS 证书（PEM，含中间证书）；空：不用 TLS",
    ] = ""
    tls_key: Annotated[str, "its private key (PEM) | 证书的私钥（PEM）"] = ""
    plain_http: Annotated[
        bool,
        "listen on such an address without TLS, as a proxy in front speaks it"
        " | 对外的地址也不用 TLS，因为前面的代理用",
    ] = False
    proxies: Annotated[
        tuple[str, ...],
        "addresses or networks of proxies in front, as in 127.0.0.1 or 10.0.0.0/24; who else says"
        " to be one is not believed"
        " | 前面代理的地址或网段，例如 127.0.0.1、10.0.0.0/24；别的来源自称是代理都不信",
    ] = ()
    proxy_header: Annotated[
        str,
        "header in which these proxies say who is in, as in X-Remote-User; empty: none"
        " | 这些代理用哪个请求头说明谁已登录，例如 X-Remote-User；空：不用",
    ] = ""
    oidc_issuer: Annotated[
        str,
        "OpenID Connect provider to log in at, as in https://login.example.com; empty: none"
        " | 用哪个 OpenID Connect 服务登录，例如 https://login.example.com；空：不用",
    ] = ""
    oidc_client: Annotated[str, "the desk's client id there | 质检台在那里的 client id"] = ""
    oidc_secret: Annotated[str, "its secret | 它的密钥"] = ""
    oidc_claim: Annotated[
        str,
        "what the provider says of people that is their login here | 服务返回的哪一项是这里的账号",
    ] = "preferred_username"
    reach: Annotated[
        tuple[str, ...],
        "hosts that the desk itself may ask, as in login.example.com or localhost:9000; no others"
        " | 质检台自己可以访问哪些主机，例如 login.example.com、localhost:9000；别的都不访问",
    ] = ()
    sound_gigabytes: Annotated[
        float,
        "room for sound made ready to listen to; what was heard longest ago goes first"
        " | 备好供收听的声音最多占多少；最久没听的先删",
    ] = 20.0
    requests_per_minute: Annotated[
        int,
        "a program may ask the API so often with one token | 一个令牌每分钟最多请求接口多少次",
    ] = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; a section each."""

    language: Annotated[
        str,
        "language of tables and pages: zh or en | 表格和页面的语言：zh 或 en",
    ] = "zh"
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
    keeping: Keeping = field(default_factory=Keeping)
    night: Night = field(default_factory=Night)
    access: Access = field(default_factory=Access)
    review: Reviewing = field(default_factory=Reviewing)
    desk: Desk = field(default_factory=Desk)
