/** One track's counters at one moment, as the browser keeps them (W3C WebRTC statistics). */
export interface Counters {
  atMs: number;
  bytes: number;
  packets: number;
  lost: number;
  jitterMs: number;
  roundTripMs: number | null;
  frames: number;
  width: number;
  height: number;
  codec: string;
  /** In the buffer before they were shown, together. */
  bufferedMs: number;
  emitted: number;
  /** The browser sends less than it was asked for. */
  limitedBy: "bandwidth" | "cpu" | null;
}

/** What came or went, a second, over a while. */
export interface Flow {
  kbps: number;
  lostPercent: number;
  jitterMs: number;
  /** null: not told. */
  roundTripMs: number | null;
  hz: number;
  width: number;
  height: number;
  codec: string;
  /** How long a frame waits before it is shown; null of what is sent. */
  bufferMs: number | null;
  limitedBy: Counters["limitedBy"];
}

type Stats = Record<string, number | string | undefined> & { type: string; id: string };

/** null: the track has no statistics (yet). */
export function countersOf(report: RTCStatsReport | undefined): Counters | null {
  const all = [...(report?.values() ?? [])] as Stats[];
  const rtp = all.find(({ type }) => type === "inbound-rtp" || type === "outbound-rtp");
  if (!rtp) return null;
  const isSent = rtp.type === "outbound-rtp";
  // What the other end acknowledges tells of what was sent.
  const heard = isSent ? all.find(({ type }) => type === "remote-inbound-rtp") : rtp;
  const pair = all.find(({ type, nominated }) => type === "candidate-pair" && nominated);
  const codec = all.find(({ id }) => id === rtp.codecId);
  const roundTripS = number(pair?.currentRoundTripTime) ?? number(heard?.roundTripTime);
  const limit = rtp.qualityLimitationReason;
  return {
    atMs: number(rtp.timestamp) ?? 0,
    bytes: number(isSent ? rtp.bytesSent : rtp.bytesReceived) ?? 0,
    packets: number(isSent ? rtp.packetsSent : rtp.packetsReceived) ?? 0,
    lost: Math.max(0, number(heard?.packetsLost) ?? 0),
    jitterMs: (number(heard?.jitter) ?? 0) * 1000,
    roundTripMs: roundTripS === undefined ? null : roundTripS * 1000,
    frames: number(isSent ? rtp.framesEncoded : rtp.framesDecoded) ?? 0,
    width: number(rtp.frameWidth) ?? 0,
    height: number(rtp.frameHeight) ?? 0,
    codec: String(codec?.mimeType ?? "").replace(/^\w+\//, ""),
    bufferedMs: (number(rtp.jitterBufferDelay) ?? 0) * 1000,
    emitted: number(rtp.jitterBufferEmittedCount) ?? 0,
    limitedBy: limit === "bandwidth" || limit === "cpu" ? limit : null,
  };
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** null while nothing can be told: a track that began anew counts from nothing. */
export function flowBetween(before: Counters, after: Counters): Flow | null {
  const seconds = (after.atMs - before.atMs) / 1000;
  const packets = after.packets - before.packets;
  if (seconds <= 0 || packets < 0) return null;
  const lost = Math.max(0, after.lost - before.lost);
  const emitted = after.emitted - before.emitted;
  const isReceived = after.emitted > 0;
  // Of what is sent, the lost are among the packets; of what is received, they never came.
  const all = isReceived ? packets + lost : packets;
  return {
    kbps: ((after.bytes - before.bytes) * 8) / 1000 / seconds,
    lostPercent: all > 0 ? Math.min(100, (100 * lost) / all) : 0,
    jitterMs: after.jitterMs,
    roundTripMs: after.roundTripMs,
    hz: Math.max(0, after.frames - before.frames) / seconds,
    width: after.width,
    height: after.height,
    codec: after.codec,
    bufferMs: emitted > 0 ? (after.bufferedMs - before.bufferedMs) / emitted : null,
    limitedBy: after.limitedBy,
  };
}
