"""A flash and a beep each second, in what Chromium plays as camera and microphone.

The two files start at different moments, so the marks themselves are not in step. What counts is
how long each takes from the family's page, where it is captured, to the practitioner's, where it
is shown or played: the difference is how far sound and picture are apart.
"""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page

PERIOD_S = 1.0
LIT_S = 0.2
PATCH_PX = 64  # in the upper left corner, away from the face
SOUND_HZ = 48_000
BEEP_HZ = 1000.0


def mark_picture(picture: np.ndarray[Any, Any], t_s: float) -> None:
    picture[:PATCH_PX, :PATCH_PX] = 255 if t_s % PERIOD_S < LIT_S else 0


def write_marked_sound(target: Path, *, seconds: int = 8) -> Path:
    t_s = np.arange(seconds * SOUND_HZ) / SOUND_HZ
    beeps = np.where(t_s % PERIOD_S < LIT_S, np.sin(2 * np.pi * BEEP_HZ * t_s), 0)
    with wave.open(str(target), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SOUND_HZ)
        sound.writeframes((beeps * 16_000).astype("<i2").tobytes())
    return target


# Media time is put on the page's clock by the quickest arrival, so that a busy page does not count.
FOLLOW = """
const unixMs = () => performance.timeOrigin + performance.now();
class Onsets {
  times = []; pictures = 0; behindMs = Infinity; last = -Infinity;
  arrived(tMs) { this.behindMs = Math.min(this.behindMs, unixMs() - tMs); }
  seen(tMs) { if (tMs - this.last > 300) this.times.push(tMs); this.last = tMs; }
  unixMs() { return this.times.map(tMs => tMs + this.behindMs).slice(1); }  // may begin midway
}
window.flashes = new Onsets();
window.beeps = new Onsets();
async function each(track, use) {
  const reader = new MediaStreamTrackProcessor({track: track.clone()}).readable.getReader();
  for (let part; !(part = await reader.read()).done; part.value.close()) await use(part.value);
}
const followSound = track => each(track, part => {
  const startMs = part.timestamp / 1000, samples = new Float32Array(part.numberOfFrames);
  beeps.arrived(startMs + part.duration / 1000);
  part.copyTo(samples, {planeIndex: 0, format: "f32-planar"});
  samples.forEach((x, i) => Math.abs(x) > 0.05 && beeps.seen(startMs + i * 1000 / part.sampleRate));
});
"""
AT_HOME = (
    FOLLOW
    + """
const patch = new Uint8Array(1024);
const followPicture = track => each(track, async frame => {
  flashes.arrived(frame.timestamp / 1000);
  flashes.pictures++;
  await frame.copyTo(patch, {rect: {x: 16, y: 16, width: 16, height: 16}});
  if (patch[0] > 128) flashes.seen(frame.timestamp / 1000);
});
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) { super(...options); connections.push(this); }
};
const capture = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async wanted => {
  const stream = await capture(wanted);
  stream.getAudioTracks().forEach(followSound);
  stream.getVideoTracks().forEach(followPicture);
  return stream;
};
"""
)
AT_WORK = (
    FOLLOW
    + """
window.streamOf = {};
const Native = RTCPeerConnection;
window.RTCPeerConnection = class extends Native {
  constructor(...options) {
    super(...options);
    this.addEventListener("track", ({track, streams}) => {
      if (!streams.length) return;  // a media section that the server keeps for later
      streamOf[track.kind] = streams[0].id;
      if (track.kind === "audio") followSound(track);
    });
  }
};
window.followShownPicture = () => {
  if (flashes.behindMs === performance.timeOrigin) return;
  const video = document.querySelector("video"), canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", {willReadFrequently: true});
  flashes.behindMs = performance.timeOrigin;
  video.requestVideoFrameCallback(function look(_now, {expectedDisplayTime}) {
    video.requestVideoFrameCallback(look);
    flashes.pictures++;
    context.drawImage(video, 16, 16, 16, 16, 0, 0, 1, 1);
    if (context.getImageData(0, 0, 1, 1).data[0] > 128) flashes.seen(expectedDisplayTime);
  });
};
"""
)
OUTPUT_LATENCY_MS = """async () => {
  const context = new AudioContext();
  await new Promise(resolve => setTimeout(resolve, 500));
  const {outputLatency} = context;
  await context.close();
  return outputLatency * 1000;
}"""
SENT_OR_SEEN = "() => [flashes.unixMs(), beeps.unixMs()]"
PICTURES = "() => flashes.pictures"


def delays_ms(sent: Sequence[float], arrived: Sequence[float]) -> np.ndarray[Any, Any]:
    """How long after its sending each mark arrived; a mark is less than a period under way."""
    sent_ms, arrived_ms = np.array(sent), np.array(arrived)
    last = np.searchsorted(sent_ms, arrived_ms) - 1
    known = (last >= 0) & (last < len(sent_ms))
    found: np.ndarray[Any, Any] = (arrived_ms - sent_ms[np.maximum(last, 0)])[known]
    return found[found < PERIOD_S * 1000]


@dataclass(frozen=True)
class Stretch:
    """Of each mark in it: captured until shown, captured until heard."""

    picture_ms: np.ndarray[Any, Any]
    sound_ms: np.ndarray[Any, Any]
    shown_share: float  # of the pictures that were captured


def stretch_of(home: Page, work: Page, seconds: float) -> Stretch:
    work.evaluate("() => followShownPicture()")
    output_ms = work.evaluate(OUTPUT_LATENCY_MS)
    captured_before, shown_before = home.evaluate(PICTURES), work.evaluate(PICTURES)
    work.wait_for_timeout(seconds * 1000)
    captured, shown = home.evaluate(PICTURES), work.evaluate(PICTURES)
    sent, seen = home.evaluate(SENT_OR_SEEN), work.evaluate(SENT_OR_SEEN)
    heard = [t for t in seen[1] if t >= seen[0][0] - 500]
    return Stretch(
        delays_ms(sent[0], seen[0]),
        delays_ms(sent[1], heard) + output_ms,
        (shown - shown_before) / max(1, captured - captured_before),
    )
