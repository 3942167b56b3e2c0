"""Moments as pages show them: of this machine's clock."""

from datetime import date, datetime


def moment(at: int) -> str:
    """2026-11-22 08:05, of milliseconds since 1970."""
    return datetime.fromtimestamp(at / 1000).strftime("%Y-%m-%d %H:%M")


def short(today: date, text: str) -> str:
    """11-22 08:05, of ISO 8601 or a day of it: this year's number is left out."""
    return text[:16].replace("T", " ").removeprefix(f"{today.year}-")
