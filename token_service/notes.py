"""What practitioners write down about a session, each of them one text.

Another window of the same person must not lose what this one wrote: whoever writes says which
version they have read.
"""

from sqlalchemy import select

from agent.http.problems import Conflict
from token_service.database import Transaction, utc_now
from token_service.models import Note

NONE = 0  # the version of what is not there


async def of_session(db: Transaction, session_id: str) -> list[Note]:
    found = select(Note).where(Note.session_id == session_id).order_by(Note.account)
    return list(await db.scalars(found))


async def write(
    db: Transaction, session_id: str, account: str, text: str, read_version: int
) -> tuple[Note | None, bool]:
    """The note as it is now, none where the text is empty; and whether one came or went."""
    note = await db.get(Note, (session_id, account))
    if read_version != (note.version if note else NONE):
        raise Conflict("note-changed", "Another window has changed this note since.")
    if text == "":
        if note is not None:
            await db.delete(note)
        return None, note is not None
    is_new = note is None
    if note is None:
        note = Note(session_id=session_id, account=account)
        db.add(note)
    note.text, note.version, note.changed_at = text, read_version + 1, utc_now()
    return note, is_new
