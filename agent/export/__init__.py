"""Tables made from a session's log, for statistics programs. The log stays the truth."""
