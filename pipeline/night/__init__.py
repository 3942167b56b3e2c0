"""One bulk run over all new recordings: each is heard, scored and kept, or the reason is."""
