"""What tests may take on 2 idle cores, in seconds: said here and nowhere else.

conftest.py prints it beside what the tests took, .ci/run beside what make took:

    python3 -m tests.budgets desk
"""

import sys

TARGETS = {
    "test": 480,
    "databases": 120,
    "buckets": 120,
    "desk": 300,
    "faults": 600,
    "cluster": 300,
}
"""By the clock, of `make TARGET`; of `make test` lint takes 45."""

SUITES = {
    "adopting": 30,
    "cli": 90,
    "configuration": 10,
    "desk": 150,
    "detectors": 15,
    "faults": 150,
    "golden": 120,
    "insight": 30,
    "lexicons": 30,
    "models": 20,
    "night": 90,
    "report": 45,
    "samples": 30,
    "scoring": 60,
    "speech": 240,
    "storage": 40,
    "text": 60,
    "wheel": 90,
    "wording": 10,
    "workflow": 90,
    "written": 15,
}
"""Of the tests in tests/SUITE that `make test` runs, whichever worker ran them."""


if __name__ == "__main__":
    print(TARGETS[sys.argv[1]])
