"""Writes docs/scale.md: what so many calls a night take. A test holds the page to this script.

    python -m docs.make_scale

A measured rate is changed here after its script was run again; the arithmetic is the script's.
"""

from dataclasses import dataclass
from math import ceil
from pathlib import Path

PAGE = Path(__file__).parent / "scale.md"
NIGHT_HOURS = 8.0
MINUTES = 4.0
CALLS = (10_000, 100_000, 1_000_000)
MACHINE = "2 cores of an Intel Xeon shared with other work, Python 3.11.7, 22 November 2026"
SCRIPT = f"measured: `python -m benchmarks.scale`, {MACHINE}"
README = "published: README of faster-whisper 1.1 and later, 13 minutes of speech"


@dataclass(frozen=True)
class Rate:
    """One figure that the arithmetic rests on."""

    what: str
    value: float
    unit: str
    source: str


LARGE = Rate(
    "large-v2, float16, batch of 8, RTX 3070 Ti", 780 / 17, "× real time", README + " in 17 s"
)
TURBO = Rate(
    "large-v3-turbo, float16, one after another, RTX 2080 Ti",
    780 / 19.155,
    "× real time",
    "published: SYSTRAN/faster-whisper issue 1030, the same 13 minutes in 19.2 s",
)
SMALL = Rate(
    "small, int8, batch of 8, one core of 8 of an i7-12700K",
    780 / 51 / 8,
    "× real time",
    README + " in 51 s on 8 threads",
)
PREPARE = Rate(
    "decoding, voice activity, windows", 17.5, "processor seconds an hour of recordings", SCRIPT
)
FEATURES = Rate(
    "log-mel spectrograms (128 mels)", 7.6, "processor seconds an hour of recordings", SCRIPT
)
DRAFT = Rate("drafting the card and keeping all", 53.8, "processor milliseconds a call", SCRIPT)
STORE = Rate("database, SQLite", 39.1, "kB a call of 1,200 characters", SCRIPT)
ROWS = Rate("rows, most of them turns", 99.1, "a call of 1,200 characters", SCRIPT)
KNOWN = Rate(
    "looking up a recording that is known, with its call record",
    0.033,
    "processor milliseconds",
    SCRIPT,
)
LATE = Rate(
    "joining a call record that came late, before drafting again",
    1.03,
    "processor milliseconds",
    SCRIPT,
)
AUDIO = Rate(
    "two channels of A-law at 8 kHz",
    960.0,
    "kB a minute",
    "by definition: G.711 is 64 kbit/s a channel",
)
RATES = (LARGE, TURBO, SMALL, PREPARE, FEATURES, DRAFT, STORE, ROWS, KNOWN, LATE, AUDIO)

HEAD = """# From a thousand calls a night to a million

What a night takes, by arithmetic from rates that are marked as measured here or published
elsewhere. **No GPU was at hand for this page**: the paces of GPUs are those that the makers and
users of faster-whisper publish for continuous speech on one channel. `zhiyin plan` does the same
sum with what your own machine has shown; believe that.

This page is made by `python -m docs.make_scale`.

## Rates

| what | rate | | where it is from |
|---|---|---|---|
"""
SUMS = f"""
## The night

Calls of {MINUTES:g} minutes, {NIGHT_HOURS:g} hours (22:00 to 06:00). Every minute of a call is
counted as heard once: the two sides seldom talk at once, pauses are not heard, windows hold the
voice of both ([benchmarks.md](benchmarks.md)), so a call costs less than as much continuous speech.

| calls a night |"""


def rows() -> list[tuple[str, list[str]]]:
    """A line of the table each: what, and its value for each number of calls."""
    hours = [calls * MINUTES / 60 for calls in CALLS]
    seconds = NIGHT_HOURS * 3600
    pace = [one / NIGHT_HOURS for one in hours]
    feeding = [one * (PREPARE.value + FEATURES.value) / seconds for one in hours]
    drafting = [calls * DRAFT.value / 1000 / seconds for calls in CALLS]
    audio = [calls * MINUTES * AUDIO.value / 1e6 for calls in CALLS]
    stored = [calls * STORE.value / 1e6 for calls in CALLS]
    return [
        ("hours of recordings", [f"{one:,.0f}" for one in hours]),
        ("pace needed, × real time", [f"{one:,.0f}" for one in pace]),
        ("GPUs like the first (large-v2)", [f"{ceil(one / LARGE.value):,}" for one in pace]),
        ("GPUs like the second (turbo)", [f"{ceil(one / TURBO.value):,}" for one in pace]),
        ("or cores, with small and no GPU", [f"{ceil(one / SMALL.value):,}" for one in pace]),
        ("cores that feed them", [f"{ceil(one):,}" for one in feeding]),
        ("cores that draft and keep", [f"{ceil(one):,}" for one in drafting]),
        ("calls kept a second", [f"{calls / seconds:.1f}" for calls in CALLS]),
        ("recordings, GB", [f"{one:,.0f}" for one in audio]),
        ("network to fetch them, Mbit/s", [f"{one * 8000 / seconds:,.0f}" for one in audio]),
        ("database grows by, GB a night", [f"{one:,.1f}" for one in stored]),
        ("and in a year, GB", [f"{one * 365:,.0f}" for one in stored]),
        ("rows a night, millions", [f"{calls * ROWS.value / 1e6:,.1f}" for calls in CALLS]),
        (
            "seconds to look them up again, a night that is at the sources twice",
            [f"{calls * KNOWN.value / 1000:,.1f}" for calls in CALLS],
        ),
        (
            "processor hours, if the call records of all came late",
            [f"{calls * (LATE.value + DRAFT.value) / 3_600_000:,.1f}" for calls in CALLS],
        ),
    ]


TAIL = """
## What follows

- **GPUs decide.** They are nearly all of the cost, and their number is pace ÷ pace. What lowers it:
  a smaller model (turbo does a fraction of the work of large), GPUs of today instead of those
  above, larger batches (`speech.batch_windows`).
- **Feeding is cheap.** One core keeps a GPU like the first busy three times over; beside a GPU all
  cores but two prepare (`night.preparers`).
- **One machine and SQLite** will do for the first column: a few GPUs, and a call to be kept every
  few seconds. From several machines on: PostgreSQL and Ray ([ray.md](ray.md)). Recordings are
  claimed by the dozen, and what was done before is only read.
- **Storage is the recordings.** The database is a hundredth of them. Keep it short with
  `zhiyin purge` ([keeping.md](keeping.md)); at a million calls a night a year of it is a database
  that somebody has to look after.
- **The network carries the recordings once.** Nothing is sent between workers but rows.
- **Listing.** Keep the recordings of a night in a folder or prefix of their own, so that those of
  months are not listed each night; `--since` leaves the older ones out of the ledger.

## What is not shown here

The paces of our own recogniser on a GPU, and a night of a million calls. What was run: 10,000 short
recordings in one night, Ray with several nodes on one machine (`docs/reliability.md`).
"""


def page() -> str:
    """The page as Markdown."""
    rates = "".join(
        f"| {one.what} | {one.value:.3g} | {one.unit} | {one.source} |\n" for one in RATES
    )
    head = " | ".join(f"{calls:,}" for calls in CALLS)
    line = "\n|---|" + "---:|" * len(CALLS) + "\n"
    table = "".join(f"| {what} | {' | '.join(values)} |\n" for what, values in rows())
    return f"{HEAD}{rates}{SUMS} {head} |{line}{table}{TAIL}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
