"""Analysis without a room: of a video file, and again of what a log observed.

Both take the live way from observation to message, so their messages are those of a live run,
without the wall clock.
"""

from agent.offline.analysed_session import AnalysedSession
from agent.offline.reanalysis import analyse_session
from agent.offline.video_analysis import analyse_video, decoder_versions
from agent.offline.video_file import VideoFile

__all__ = ["AnalysedSession", "VideoFile", "analyse_session", "analyse_video", "decoder_versions"]
