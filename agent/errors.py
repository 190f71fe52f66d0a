"""Every error that e-PediCare raises on purpose.

EpedicareError
├── BundleUnusable, FetchFailed, PackageUnavailable      models and clips
├── FrameRejected                                        perception
├── CatalogueError                                       measures
├── RecordError                                          the session folder
│   ├── NoSuchSession, LogFailed
│   ├── LogUnreadable: OtherSeal, SealedWithoutKey
│   └── CannotRecover, FolderInUse, FolderOpenToOthers
├── NotAVideo, FileRefused                               files that people give
├── UnknownKind, OtherVideo, CannotWriteReport           validation
├── CannotExport                                         export
├── CannotReplay                                         replay
├── DatasetUnusable, WorkerUnusable                      a batch
├── NotOurRoom, CommandRefused                           the room's agent
├── CannotStart, NotPlayable, SessionOver                `make run`
│   └── BadConfiguration                                 settings
├── DatabaseUnusable, StillLive, SignInFailed            the token service
├── KeyUnusable                                          the clinic's key
├── CannotRestore                                        a backup
├── LiveKitUnavailable, NotInLiveKit                     the token service's view of LiveKit
├── NotLeading                                           several token services
└── Problem                                              a refused request: agent.http.problems

Each message is one line that says what to do.
"""


class EpedicareError(Exception):
    """Shown to a person as one line, without a traceback."""


class BundleUnusable(EpedicareError):
    """A model bundle is missing or is not the file it should be."""


class FetchFailed(EpedicareError):
    """No source gave the pinned file."""


class PackageUnavailable(EpedicareError):
    """The registry does not give the pinned package."""


class FrameRejected(EpedicareError):
    """A frame cannot be analysed: it is not an RGB picture of a usable size."""


class CommandRefused(EpedicareError):
    """Nothing would take what a practitioner asked for."""


class CatalogueError(EpedicareError):
    """Two declarations share an id, or an event names a measure that is not there."""


class RecordError(EpedicareError):
    """A session's folder, or a log in it, is not what is needed."""


class NoSuchSession(RecordError):
    """Neither the id of a kept session, nor the folder of one, nor known to the service."""


class LogFailed(RecordError):
    """Offline: the log cannot be written."""


class LogUnreadable(RecordError):
    """A file is no log, or nothing of it can be read."""


class OtherSeal(LogUnreadable):
    """The session's key does not open the file."""


class SealedWithoutKey(LogUnreadable):
    """The file is sealed, and nobody here has the session's key."""


class CannotRecover(RecordError):
    """The log is still being written, or its folder cannot be written to."""


class FolderInUse(RecordError):
    """A session is never mixed with another."""


class FolderOpenToOthers(RecordError):
    """Children's measurements lie in the data folder: nobody else on this machine may look."""


class NotAVideo(EpedicareError):
    """The file cannot be analysed; the message says why in one line."""


class FileRefused(EpedicareError):
    """A file that a person wrote does not say what it should."""


class UnknownKind(EpedicareError):
    """A label that is no kind of event."""


class OtherVideo(EpedicareError):
    """The video is not that of the session."""


class CannotWriteReport(EpedicareError):
    """The page cannot be put where it was asked for."""


class CannotExport(EpedicareError):
    """The session holds nothing to export, or the files cannot be written."""


class CannotReplay(EpedicareError):
    """The pages or the video are not there."""


class DatasetUnusable(EpedicareError):
    """A batch cannot write there, or another one does."""


class WorkerUnusable(EpedicareError):
    """It cannot start, or would give other results than the batch's others."""


class NotOurRoom(EpedicareError):
    """The dispatch does not say whom to analyse."""


class CannotStart(EpedicareError):
    """A tool is missing, a port is busy, a setting is wrong, or a part never became ready."""


class NotPlayable(EpedicareError):
    """The file for the sample patient holds no picture."""


class SessionOver(EpedicareError):
    """The practitioner has ended the session, or it has expired."""


class BadConfiguration(CannotStart):
    """A setting is wrong, or the service would be unsafe or unable to run with it."""


class CannotRestore(EpedicareError):
    """A backup is damaged or too new, or the place that it should go to is in use."""


class DatabaseUnusable(EpedicareError):
    """It cannot be opened, or not be brought up to date."""


class KeyUnusable(EpedicareError):
    """A session's key cannot be unwrapped by the clinic's keys that are here."""


class StillLive(EpedicareError):
    """A live session is ended first, by its practitioner."""


class SignInFailed(EpedicareError):
    """The provider of identities, or what it says of somebody, cannot be reached or trusted."""

    def __init__(self, why: str, detail: str) -> None:
        super().__init__(detail)
        self.why = why  # names the sentence that the page shows


class LiveKitUnavailable(EpedicareError):
    """LiveKit did not answer, or refused our keys."""


class NotLeading(EpedicareError):
    """Another of the services steers LiveKit now."""


class NotInLiveKit(EpedicareError):
    """The room or the participant does not exist."""
