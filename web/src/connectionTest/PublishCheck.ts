import { Checker, Track } from "livekit-client";

export interface Arrived {
  kbps: number;
  lostPercent: number;
  roundTripMs: number;
}

const WAIT_MS = 10_000;
const LOOK_EACH_MS = 500;
/** The sender's own estimate needs a while before its figures say something. */
const AT_LEAST_MS = 4000;

/** Sends a drawn picture and a tone: the devices need no leave, and stay free for whoever has them. */
export class PublishCheck extends Checker {
  private arrived: Arrived | undefined;

  get description(): string {
    return "Sound and picture arrive at the server";
  }

  override getInfo() {
    return { ...super.getInfo(), data: this.arrived };
  }

  protected async perform(): Promise<void> {
    const room = await this.connect();
    const made = makeTracks();
    try {
      const { localParticipant } = room;
      const published = await Promise.all([
        localParticipant.publishTrack(made.picture, {
          source: Track.Source.Camera,
          simulcast: false,
        }),
        localParticipant.publishTrack(made.sound, { source: Track.Source.Microphone }),
      ]);
      this.arrived = await waitForBoth(published.map(({ track }) => track as Measured));
      if (!this.arrived) throw new Error("the server acknowledged nothing");
    } finally {
      made.stop();
    }
  }
}

interface Measured {
  getRTCStatsReport(): Promise<RTCStatsReport | undefined>;
}

async function waitForBoth(tracks: Measured[]): Promise<Arrived | undefined> {
  const beganMs = performance.now();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EACH_MS));
    const reports = await Promise.all(tracks.map((track) => track.getRTCStatsReport()));
    const elapsedMs = performance.now() - beganMs;
    const arrived = arrivedOf(reports, elapsedMs);
    if (arrived && elapsedMs >= AT_LEAST_MS) return arrived;
    if (elapsedMs > WAIT_MS) return undefined;
  }
}

/** undefined until the server has acknowledged sound and picture. */
export function arrivedOf(
  reports: readonly (RTCStatsReport | undefined)[],
  elapsedMs: number,
): Arrived | undefined {
  let [bytes, sent, lost, roundTripMs, acknowledged] = [0, 0, 0, 0, 0];
  for (const report of reports) {
    let isHeard = false;
    for (const stats of report?.values() ?? []) {
      if (stats.type === "outbound-rtp") {
        bytes += stats.bytesSent;
        sent += stats.packetsSent;
      } else if (stats.type === "remote-inbound-rtp") {
        isHeard = true;
        lost += Math.max(0, stats.packetsLost ?? 0);
        roundTripMs = Math.max(roundTripMs, (stats.roundTripTime ?? 0) * 1000);
      }
    }
    if (isHeard) acknowledged++;
  }
  if (acknowledged < reports.length || sent === 0) return undefined;
  return {
    kbps: Math.round((bytes * 8) / elapsedMs),
    lostPercent: Math.round((lost / sent) * 100),
    roundTripMs: Math.round(roundTripMs),
  };
}

function makeTracks() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const context = canvas.getContext("2d");
  const draw = () => {
    for (let i = 0; context && i < 40; i++) {
      context.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
      context.fillRect(Math.random() * 640, Math.random() * 360, 40, 40);
    }
  };
  const timer = setInterval(draw, 40);
  draw();
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const heard = audio.createMediaStreamDestination();
  tone.connect(heard);
  tone.start();
  const [picture] = canvas.captureStream(25).getVideoTracks() as [MediaStreamTrack];
  const [sound] = heard.stream.getAudioTracks() as [MediaStreamTrack];
  const stop = () => {
    clearInterval(timer);
    for (const track of [picture, sound]) track.stop();
    void audio.close();
  };
  return { picture, sound, stop };
}
