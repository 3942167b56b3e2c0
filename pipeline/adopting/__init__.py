"""Rules that were written for other engines, read into lexicons and templates of ours.

One module reads one foreign format; what has no counterpart here is named, never dropped silently.
Nothing is written from here: workflow/adopting.py checks the result and keeps it.
"""
