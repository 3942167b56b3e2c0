"""Moments as pages show them: of this machine's clock."""

from datetime import datetime


def moment(at: int) -> str:
    """2026-11-22 08:05, of milliseconds since 1970."""
    return datetime.fromtimestamp(at / 1000).strftime("%Y-%m-%d %H:%M")
