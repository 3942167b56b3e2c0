"""Puts the data folders into the wheel; an editable install reads them from the tree instead."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("lexicons", "scorecards", "models/demo-zh", "sample_audio")


class DataFolders(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"] |= {folder: f"pipeline/data/{folder}" for folder in FOLDERS}
