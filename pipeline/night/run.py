"""One run, from the lock to the summary: what the sources hold goes into the ledger, workers take
it from there, and a heart beats meanwhile, so that nobody else takes the lock."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import time as now

from pipeline.configuration import SETTINGS_FILE
from pipeline.night.catching_up import catch_up
from pipeline.night.cluster import run_cluster
from pipeline.night.equipment import RAY, equipment
from pipeline.night.heart import Heart
from pipeline.night.job import Event, Job, Kind, Opening
from pipeline.night.local import run_local
from pipeline.night.metrics import report
from pipeline.night.onlooker import Onlooker, Stop
from pipeline.night.progress import Progress
from pipeline.night.rounds import Rounds
from pipeline.night.sources import listing
from pipeline.night.summary import Speed, Summary, plain_counts
from pipeline.refusal import Advice, Refusal
from pipeline.settings import Night as Settings_
from pipeline.settings import Settings
from pipeline.storage import Added, Found, Ledger, State, Store, this_process
from pipeline.text import customers
from pipeline.unexpected import note_unexpected


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to run. since: recordings of that day (YYYY-MM-DD) and later; limit: add so many new
    ones at most; watch: go on listing until midnight, so that every day has a run of its own.
    equip: what tests equip workers with."""

    home: Path
    settings: Settings
    since: str = ""
    limit: int | None = None
    watch: bool = False
    equip: Callable[[], Opening | None] | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that came to an end, and what it leaves behind."""

    night: int
    summary: Summary


def run_night(asked: Asked, onlooker: Onlooker, stop: Stop) -> Ended:
    """All that the sources hold and that waits, until nothing is left or stop says so.

    Raises Refusal where there are no sources, another run has the lock ("night.running"), or
    rules, model or settings are wrong: nothing was heard then."""
    settings = asked.settings.night
    if not settings.sources:
        raise Refusal("night.no-source", str(asked.home / SETTINGS_FILE))
    equipped = equipment(asked.settings)
    with Ledger(asked.home, asked.settings.storage) as ledger:
        night = ledger.begin(this_process(settings.engine), settings.lease_seconds)
        run = _Run(asked, ledger, night, onlooker, equipped)
        try:
            run.go(stop)
        finally:
            summary = run.summary()
            ledger.end(night, summary.as_json())
            run.tell_prometheus(ended=now())
    return Ended(night, summary)


@dataclass(slots=True, eq=False)
class _Run:
    """A run under way."""

    asked: Asked
    ledger: Ledger
    night: int
    onlooker: Onlooker
    equipped: Speed
    progress: Progress = field(default_factory=Progress)
    looked: bool = False
    listed: int = 0
    unread: int = 0
    added: Added = field(default_factory=Added)
    redrafted: int = 0
    rules: int | None = None
    stopped: bool = True
    """Until it is known to have come to its end."""
    began: float = field(default_factory=now)
    workers: set[str] = field(default_factory=set)
    most: int = 0
    """Workers at work, and the most that were so at once."""
    told: set[tuple[str, str, int | None]] = field(default_factory=set)
    """What was odd and where, as far as the onlooker has heard."""

    def go(self, stop: Stop) -> None:
        settings = self.asked.settings.night
        heart = Heart(self._strike, settings.lease_seconds)
        until = _midnight() if self.asked.watch else None
        self.onlooker.began(self.night, self.progress)

        def urgency() -> int:
            over = until is not None and datetime.now() >= until
            return 2 if heart.lost else max(stop(), over)

        with Rounds(settings.beat_seconds, heart.beat):
            self.rules = self._published()
            self.list()
            if self.progress.total or self.asked.watch:
                with self._watching(settings):
                    _engine(settings.engine)(self._job(), self.happened, urgency)
            self._catch_up(self.asked.settings.rescoring.processes, urgency)
            self.stopped = bool(stop())
        if heart.lost:
            raise Refusal("night.lock-lost")

    def _strike(self) -> bool:
        alive = self.ledger.beat(self.night, self.asked.settings.night.lease_seconds)
        self.tell_prometheus()
        return alive

    def _published(self) -> int | None:
        """The version of the rules that drafts are made by; None: the working copy."""
        with Store(self.asked.home, self.asked.settings.storage) as store:
            last = store.published()
        return last.version if last else None

    def list(self) -> None:
        """What the sources hold goes into the ledger."""
        self.listed = self.unread = 0
        added = self.ledger.add(self._counted(), self.asked.limit)
        self.added = replace(self.added + added, known=added.known)
        sums = self.ledger.sums()
        waiting = sums.of(State.FOUND) + sums.of(State.TAKEN)
        first, self.progress.total = not self.looked, self.progress.finished + waiting
        self.looked = True
        if first or added.new or added.changed or added.joined:
            self.onlooker.listed(self.listed, added)

    def _catch_up(self, processes: int, stop: Stop) -> None:
        """Draft again what the records of calls, which came late, may make another verdict of."""
        if not stop():
            asked = self.asked
            self.redrafted += catch_up(asked.home, asked.settings, processes, stop)

    def _counted(self) -> Iterator[Found]:
        asked = self.asked
        for found in listing(asked.settings, self._odd, asked.since, newest_first=asked.watch):
            self.listed += 1
            yield found

    def _odd(self, said: Refusal | Advice) -> None:
        self.unread += isinstance(said, Refusal)
        self._say_once(said)

    def _say_once(self, said: Refusal | Advice) -> None:
        place = (said.reason.key, said.file, said.line)
        if place not in self.told:  # a watch meets it again and again
            self.told.add(place)
            self.onlooker.odd(said)

    def _watching(self, settings: Settings_) -> AbstractContextManager[object]:
        if not self.asked.watch:
            return nullcontext()
        return Rounds(settings.watch_seconds, self._look_again)

    def _look_again(self) -> None:
        """What goes wrong may be well the next time; workers go on meanwhile."""
        try:
            self.list()
            self._catch_up(1, lambda: 0)
        except Refusal as refusal:
            self._say_once(refusal)
        except Exception as error:
            note_unexpected(error, "list")

    def _job(self) -> Job:
        return Job(
            home=self.asked.home,
            settings=self.asked.settings,
            night=self.night,
            rules=self.rules,
            watch=self.asked.watch,
            customers=customers.key(),
            equip=self.asked.equip,
        )

    def happened(self, event: Event) -> None:
        """Count what a worker tells, and pass it on."""
        if event.kind == Kind.OPENED:
            self.progress.start()
            self.workers.add(event.worker)
            self.most = max(self.most, len(self.workers))
        elif event.kind in (Kind.DIED, Kind.OVER):
            self.workers.discard(event.worker)
        elif event.kind == Kind.FINISHED and event.state:
            self.progress.finish(event.state, event.seconds)
        self.onlooker.happened(event)

    def summary(self) -> Summary:
        """What is to be known of the run, as far as it came. What it ended is the ledger's word: of
        a worker that died nobody may have heard what it wrote last."""
        progress, added = self.progress, self.added
        ended = self.ledger.sums(self.night)
        heard = replace(
            self.equipped,
            seconds=progress.seconds,
            audio_seconds=progress.audio_seconds,
            devices=self.equipped.devices or self.most,
        )
        return Summary(
            listed=self.listed,
            new=added.new,
            changed=added.changed,
            known=added.known,
            joined=added.joined,
            redrafted=self.redrafted,
            ended=plain_counts(ended),
            reasons=dict(ended.reasons),
            standing=plain_counts(self.ledger.sums()),
            speed=heard,
            unread=self.unread,
            rules=self.rules,
            stopped=self.stopped,
        )

    def tell_prometheus(self, ended: float | None = None) -> None:
        """Write the file of metrics, where one is wanted."""
        path = self.asked.settings.night.prometheus
        try:
            if path:
                report(Path(path), self.ledger, self.progress, self.began, ended)
        except Refusal as refusal:
            self._say_once(refusal)


def _midnight() -> datetime:
    return datetime.combine(date.today() + timedelta(days=1), time.min)


Engine = Callable[[Job, Callable[[Event], None], Stop], object]


def _engine(name: str) -> Engine:
    """Who does the work."""
    return run_cluster if name == RAY else run_local
