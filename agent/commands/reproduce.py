"""epedicare reproduce: whether a log gives the values again that were sent."""

from __future__ import annotations

import typer

from agent.commands.frames_bar import frames_bar
from agent.commands.session_argument import Data, SessionName

SHOWN = 12  # differences; the rest is counted


def reproduce(session: SessionName, *, data: Data) -> None:
    """Compute a session's results once more and name each difference. Exit 1 when there is one."""
    from agent.offline.reproduction import reproduce as computed_again
    from agent.record.folder import find_session
    from token_service.operator import look

    folder = find_session(session, data)
    key = look(data, folder, "read")
    with frames_bar(folder.name) as show:
        found = computed_again(folder, show, key)
    typer.echo(f"measured with {found.code_then}, computed again with {found.code_now}")
    for measure, (then, now) in found.versions.items():
        told = f"{now} now" if now else "it is gone now"
        typer.echo(f"{measure}: algorithm version {then} then, {told}")
    for note in found.notes:
        typer.echo(f"note: {note}")
    if not found.differences:
        typer.echo(f"identical: {found.compared} messages with results, each value as it was sent")
        return
    differences = sorted(found.differences.values(), key=lambda d: (d.run, d.first_ms, d.what))
    for one in differences[:SHOWN]:
        at_s = f"{one.first_ms / 1000:.3f} s"
        typer.echo(
            f"{one.what}: {one.count} differ in {one.run}, the first at {at_s}: "
            f"{one.logged} was sent, {one.again} now"
        )
    if len(differences) > SHOWN:
        typer.echo(f"… and {len(differences) - SHOWN} more")
    raise typer.Exit(1)
