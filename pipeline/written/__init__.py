"""Conversations that were written down elsewhere: dialogue logs, transcripts of other recognisers.

What a file holds is told by its content, never by its name. Nothing is heard here: times, roles and
words are what the file says, and a conversation that cannot be understood is refused by itself.
docs/chats.md tells people how to write one.
"""

from pipeline.written.formats import Written, is_written, read

__all__ = ["Written", "is_written", "read"]
