"""Synthetic calls of a contact centre: scripts, sound and the truth about both."""
