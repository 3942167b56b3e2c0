"""The desk: the web pages of those who listen, decide and lead. FastAPI enters here alone.

Handlers parse, call workflow/ and show; no rules in them, and no SQL.
"""
