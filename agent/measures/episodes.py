"""From a level to an event that lasts: hysteresis, a least duration, short breaks bridged."""

from __future__ import annotations

from agent.measures.events import EventKind
from agent.measures.hysteresis import Hysteresis
from agent.measures.results import Quality
from agent.measures.scene import LONG_GAP_MS, Scene
from agent.observation import Side

LONGEST_FREEZE_MS = 30_000  # a level that is on for longer may be a wrong resting level


class Episodes:
    """Feed it a level whenever there is one; "lost" is neither on nor off.

    An episode begins when the level reaches `on` and ends when it falls below `off`. It is sent
    once it has lasted least_ms. When the level is missing for more than 500 ms, the episode ends
    where it was last seen, marked as interrupted.

    With `seen_to_begin`, what was on when this child was first seen before this camera is no
    episode: it may be how things are, or a photograph.
    """

    def __init__(
        self,
        kind: EventKind,
        *,
        on: float,
        off: float,
        least_ms: int,
        merge_ms: int = 0,
        seen_to_begin: bool = False,
    ) -> None:
        self.kind = kind
        self._seen_to_begin = seen_to_begin
        self._may_begin = not seen_to_begin
        self._off = off
        self._hysteresis = Hysteresis(on=on, off=off)
        self._least_ms, self._merge_ms = least_ms, merge_ms
        self._forget()

    def _forget(self) -> None:
        self._hysteresis.is_on = False
        self._on_since_ms = -1
        self._onset_ms = -1
        self._event_id = 0  # 0: not sent
        self._off_since_ms = -1
        self._last_ms = -1
        self._peak = 0.0
        self._peak_ms = -1
        self._quality = Quality.GOOD
        self._side = Side.UNSPECIFIED

    @property
    def on(self) -> bool:
        """By hysteresis, at this frame: it may be too short for an episode."""
        return self._hysteresis.is_on

    def shows_rest(self, t_ms: int) -> bool:
        """What is seen now may teach the resting level: off, or on for so long that what was
        learned of it is in doubt.
        """
        return not self.on or t_ms - self._on_since_ms > LONGEST_FREEZE_MS

    def feed(
        self,
        scene: Scene,
        level: float,
        *,
        amplitude: float | None = None,
        side: Side = Side.UNSPECIFIED,
        since_ms: int | None = None,
    ) -> None:
        """since_ms: when it was first so, if one look was not enough to say it."""
        t_ms = scene.t_ms
        self._give_up_if_lost(scene)
        self._last_ms = t_ms
        if not self.on:
            self._on_since_ms = t_ms
        self._hysteresis.follow(level)
        self._may_begin |= level < self._off
        if self.on and self._may_begin:
            began_ms = t_ms if since_ms is None else since_ms
            self._go_on(scene, level if amplitude is None else amplitude, side, began_ms)
        elif self._onset_ms >= 0:
            self._pause(scene)

    def skip(self, scene: Scene) -> None:
        self._give_up_if_lost(scene)

    def reset(self, scene: Scene) -> None:
        self._interrupt(scene)
        if scene.unfamiliar:
            self._may_begin = not self._seen_to_begin

    def _go_on(self, scene: Scene, amplitude: float, side: Side, began_ms: int) -> None:
        t_ms = scene.t_ms
        self._off_since_ms = -1
        if self._onset_ms < 0:
            self._onset_ms, self._peak_ms = began_ms, t_ms
            self._peak = amplitude
            self._quality = scene.quality
        self._side = side
        if amplitude > self._peak:
            self._peak, self._peak_ms = amplitude, t_ms
        self._quality = max(self._quality, scene.quality)
        if t_ms - self._onset_ms >= self._least_ms and not self._event_id:
            self._begin(scene)

    def _begin(self, scene: Scene) -> None:
        self._event_id = scene.events.begin(
            self.kind, self._onset_ms, side=self._side, quality=self._quality
        )

    def _pause(self, scene: Scene) -> None:
        if not self._event_id and scene.t_ms - self._onset_ms < self._least_ms:
            self._forget()  # short breaks are bridged once it is long enough to be one
            self._last_ms = scene.t_ms
            return
        if self._off_since_ms < 0:
            self._off_since_ms = scene.t_ms
        if scene.t_ms - self._off_since_ms >= self._merge_ms:
            self._end(scene, self._off_since_ms)

    def _end(self, scene: Scene, offset_ms: int, interrupted: bool = False) -> None:
        if offset_ms - self._onset_ms >= self._least_ms and not self._event_id:
            self._begin(scene)
        if self._event_id:
            scene.events.end(
                self._event_id,
                offset_ms,
                peak_ms=self._peak_ms if self.kind.amplitude_unit else None,
                amplitude=self._peak if self.kind.amplitude_unit else None,
                quality=self._quality,
                reason=scene.interruption if interrupted else None,
            )
        self._forget()

    def _give_up_if_lost(self, scene: Scene) -> None:
        if self._last_ms >= 0 and scene.t_ms - self._last_ms > LONG_GAP_MS:
            self._interrupt(scene)

    def _interrupt(self, scene: Scene) -> None:
        if self._onset_ms >= 0:
            self._end(scene, self._last_ms, interrupted=True)
        self._forget()
