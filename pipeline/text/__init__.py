"""What was said, as text: normal form, words, sounds, lexicons, finding, masking, timing."""
