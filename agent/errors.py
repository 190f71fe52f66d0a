"""Every error that e-PediCare raises on purpose.

EpedicareError
├── (models)       a bundle is missing or is not the file it should be
├── (assignment)   a room is no consultation's
├── (perception)   a frame cannot be analysed
├── (measures)     the catalogue contradicts itself
├── (record)       a log cannot be written or read
├── (offline)      a file is no video, or does not say what it should
├── (validation)   a label or a video does not fit, or the report cannot be written
├── (export)       a session cannot be exported
├── (replay)       a session cannot be replayed
├── (stack)        the stack cannot start, or its sample patient cannot take part
└── (token_service) a request, a configuration or a database is refused

The leaves live with the code that raises them; each message is one line that says what to do.
"""


class EpedicareError(Exception):
    """Shown to a person as one line, without a traceback."""
