"""Zhiyin 知音: every recording of a contact centre becomes a draft scorecard with evidence."""

__version__ = "0.1.0"
