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
    "adopting": 10,
    "cli": 85,
    "configuration": 5,
    "desk": 150,
    "detectors": 10,
    "golden": 50,
    "insight": 5,
    "lexicons": 30,
    "models": 15,
    "night": 110,
    "report": 30,
    "samples": 25,
    "scoring": 35,
    "speech": 75,
    "storage": 50,
    "text": 25,
    "wheel": 40,
    "wording": 5,
    "workflow": 100,
    "written": 15,
}
"""Of the tests in tests/SUITE that `make test` runs, whichever worker ran them: in all what two
workers have, less lint."""


if __name__ == "__main__":
    print(TARGETS[sys.argv[1]])
