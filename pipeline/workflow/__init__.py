"""What a person can ask for, one short function each, a file per asker. No rules inside."""
