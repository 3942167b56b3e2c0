"""Settings and bundled data: what a centre said, else what we ship."""

from pipeline.configuration.home import SETTINGS_FILE, find_home, home
from pipeline.configuration.known import Known, known
from pipeline.configuration.reading import Configured, Place, configure, read_settings
from pipeline.configuration.resources import files, folder

__all__ = [
    "SETTINGS_FILE",
    "Configured",
    "Known",
    "Place",
    "configure",
    "files",
    "find_home",
    "folder",
    "home",
    "known",
    "read_settings",
]
