"""Audio in, calls out: decode, find voice, recognise, settle who speaks."""

import os

# onnxruntime's Linux builds of 2026 hold Microsoft's telemetry, which starts with the import.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
