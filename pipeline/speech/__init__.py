"""Audio in, calls out: decode, find voice, recognise, settle who speaks."""
