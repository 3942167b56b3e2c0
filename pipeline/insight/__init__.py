"""What many calls tell together: rates, topics, news, habits, and what decisions teach.

Pure functions over plain data: no SQL, no files. docs/insight.md states every figure.
"""
