import { describe, expect, test } from "vitest";
import { type Counters, countersOf, type Flow, flowBetween } from "./flow";
import { NO_LINE, troubleOf } from "./line";

const report = (...stats: object[]) =>
  new Map(stats.map((each, i) => [String(i), { id: String(i), ...each }])) as RTCStatsReport;

const RECEIVED = {
  type: "inbound-rtp",
  timestamp: 10_000,
  bytesReceived: 100_000,
  packetsReceived: 960,
  packetsLost: 40,
  jitter: 0.004,
  framesDecoded: 250,
  frameWidth: 640,
  frameHeight: 360,
  jitterBufferDelay: 12.5,
  jitterBufferEmittedCount: 250,
  codecId: "VP8",
};

const NOTHING: Counters = {
  atMs: 5000,
  bytes: 0,
  packets: 0,
  lost: 0,
  jitterMs: 0,
  roundTripMs: null,
  frames: 0,
  width: 0,
  height: 0,
  codec: "",
  bufferedMs: 0,
  emitted: 0,
  limitedBy: null,
};

const GOOD: Flow = {
  kbps: 800,
  lostPercent: 0,
  jitterMs: 4,
  roundTripMs: 30,
  hz: 25,
  width: 640,
  height: 360,
  codec: "VP8",
  bufferMs: 50,
  limitedBy: null,
};

describe("a flow", () => {
  test("of what is received is counted between two moments", () => {
    const counters = countersOf(
      report(
        RECEIVED,
        { type: "codec", id: "VP8", mimeType: "video/VP8" },
        { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.031 },
      ),
    );
    expect(counters && flowBetween(NOTHING, counters)).toEqual({
      kbps: 160,
      lostPercent: 4,
      jitterMs: 4,
      roundTripMs: 31,
      hz: 50,
      width: 640,
      height: 360,
      codec: "VP8",
      bufferMs: 50,
      limitedBy: null,
    });
  });

  test("of what is sent is lost where the other end says so", () => {
    const counters = countersOf(
      report(
        {
          type: "outbound-rtp",
          timestamp: 10_000,
          bytesSent: 100_000,
          packetsSent: 1000,
          framesEncoded: 125,
          qualityLimitationReason: "bandwidth",
        },
        { type: "remote-inbound-rtp", packetsLost: 100, jitter: 0.06, roundTripTime: 0.2 },
      ),
    );
    const flow = counters && flowBetween(NOTHING, counters);
    expect(flow).toMatchObject({ lostPercent: 10, jitterMs: 60, roundTripMs: 200, hz: 25 });
    expect(flow).toMatchObject({ bufferMs: null, limitedBy: "bandwidth" });
  });

  test("is not told while there is none, nor of a track that counts anew", () => {
    expect(countersOf(undefined)).toBeNull();
    expect(countersOf(report({ type: "codec" }))).toBeNull();
    const counters = countersOf(report(RECEIVED)) as Counters;
    expect(flowBetween(counters, NOTHING)).toBeNull();
    expect(flowBetween(counters, counters)).toBeNull();
  });
});

describe("the reason", () => {
  const received = (change: Partial<Flow>) =>
    troubleOf({ ...NO_LINE, picture: { received: { ...GOOD, ...change }, sent: GOOD } });
  const sent = (change: Partial<Flow>) =>
    troubleOf({ ...NO_LINE, picture: { received: GOOD, sent: { ...GOOD, ...change } } });

  test.each([
    ["none", received({}), null],
    ["none without a call", troubleOf(NO_LINE), null],
    ["loss", received({ lostPercent: 3.6, jitterMs: 90 }), { kind: "losesReceived", value: 4 }],
    ["loss the other way", sent({ lostPercent: 3.6 }), { kind: "losesSent", value: 4 }],
    ["delay", received({ roundTripMs: 420 }), { kind: "slow", value: 420 }],
    ["jitter", received({ jitterMs: 81.3 }), { kind: "uneven", value: 81 }],
    ["few pictures", received({ hz: 7.8 }), { kind: "fewPictures", value: 8 }],
    ["a narrow line", sent({ limitedBy: "bandwidth" }), { kind: "narrow", value: 0 }],
    ["a busy computer", sent({ limitedBy: "cpu" }), { kind: "busy", value: 0 }],
  ])("%s", (_, trouble, expected) => {
    expect(trouble).toEqual(expected);
  });

  test("sound alone can be what is lost", () => {
    const sound = { received: { ...GOOD, lostPercent: 12 }, sent: null };
    expect(troubleOf({ ...NO_LINE, sound })).toEqual({ kind: "losesReceived", value: 12 });
  });
});
