"""Conversations that were written down elsewhere: dialogue logs, transcripts of other recognisers.

What a file holds is told by its content, never by its name. Nothing is heard here: times, roles and
words are what the file says, and a conversation that cannot be understood is refused by itself.
docs/chats.md and docs/import.md tell people how they are written.
"""

from pipeline.written.formats import ENDINGS, Reader, Written, is_written

__all__ = ["ENDINGS", "Reader", "Written", "is_written"]
