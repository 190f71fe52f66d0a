import { expect, test } from "vitest";
import { AgentState } from "../../generated/epedicare/analysis/v1/analysis_pb";
import { AnalysisStore } from "./analysisStore";
import { keyText } from "./frames";
import {
  eventPacket,
  framePacket,
  fromAgent,
  keyOf,
  packPoints,
  registryPacket,
  statusPacket,
  windowPacket,
} from "./sampleMessages";
import type { AnalysisSnapshot } from "./snapshot";

function storeWith(...packets: Parameters<AnalysisStore["receive"]>[0][]): AnalysisStore {
  const store = new AnalysisStore();
  store.receive(registryPacket(), 0);
  for (const packet of packets) expect(store.receive(packet, 1000)).toBeUndefined();
  return store;
}

function textOf(seq: number): string {
  const { userTimestamp, frameId } = keyOf(seq);
  return keyText(userTimestamp, frameId);
}

test("a frame's result is found by the very key of its frame", () => {
  const store = storeWith(framePacket({ seq: 1 }), framePacket({ seq: 2 }));
  const frame = store.frames.at(textOf(1));
  expect(frame?.tMs).toBe(40);
  expect(frame?.receivedAtMs).toBe(1000);
  expect(frame?.face?.points[1]).toBeCloseTo(0.2, 4);
  expect(store.frames.at(textOf(3))).toBeUndefined();
});

test.each([
  ["a participant", { senderIdentity: "patient-1" }, "not-the-agent"],
  ["a sender that the SFU does not state", { senderIdentity: undefined }, "not-the-agent"],
  ["another topic", { topic: "lk.chat" }, "foreign-topic"],
  ["a topic that is a property of every object", { topic: "epedicare.toString" }, "foreign-topic"],
  ["no topic", { topic: undefined }, "foreign-topic"],
  ["a payload that no agent sends", { payload: new Uint8Array(1301) }, "too-large"],
  ["a payload that is cut short", { payload: Uint8Array.of(10, 200) }, "malformed"],
])("%s is refused", (_, change, refusal) => {
  const store = storeWith();
  expect(store.receive({ ...framePacket({ seq: 1 }), ...change }, 0)).toBe(refusal);
  expect(store.frames.latest()).toBeUndefined();
});

test("repeated, overtaken and unnumbered frames are refused", () => {
  const store = storeWith(framePacket({ seq: 5 }));
  expect(store.receive(framePacket({ seq: 5 }), 0)).toBe("out-of-order");
  expect(store.receive(framePacket({ seq: 4 }), 0)).toBe("out-of-order");
  expect(store.receive(fromAgent("frame", new Uint8Array()), 0)).toBe("out-of-order");
});

test("a new track counts from the start again, and the old one is over", () => {
  const store = storeWith(
    framePacket({ seq: 90, tMs: 3600 }),
    framePacket({ seq: 1, track: 1, tMs: 3700 }),
  );
  expect(store.receive(framePacket({ seq: 91, tMs: 3640 }), 0)).toBe("out-of-order");
});

test("a restarted agent's results replace the old run's, which is not heard again", () => {
  const store = storeWith(
    framePacket({ seq: 90, tMs: 3600 }),
    framePacket({ seq: 1, run: 8, tMs: 0 }),
  );
  expect(store.run).toBe(8);
  expect(store.nowMs).toBe(0);
  expect(store.frames.at(textOf(90))).toBeUndefined();
  expect(store.receive(statusPacket(1, 7), 0)).toBe("out-of-order");
});

test("each window length counts for itself", () => {
  storeWith(windowPacket(1, 1000, 3), windowPacket(1, 60_000, 14));
});

test("a measure's value is taken from the window that it is to be shown in", () => {
  const store = storeWith(windowPacket(1, 1000, 3), windowPacket(1, 60_000, 14));
  expect(store.currentOf(1)?.value.value).toBe(14);
  expect(store.currentOf(1)?.value.ciHigh).toBe(20);
  expect(store.currentOf(0)).toBeUndefined();
});

test("a withheld value stays withheld, with its reason", () => {
  const store = storeWith(windowPacket(1, 60_000, 14), windowPacket(2, 60_000, undefined));
  const current = store.currentOf(1)?.value;
  expect(current?.value).toBeUndefined();
  expect(current?.reasons).toEqual([0]);
  expect([...(store.fineSeriesOf(1)?.view(0, 9999).values ?? [])]).toEqual([14, Number.NaN]);
});

test("another registry makes the old indices worthless; the same one changes nothing", () => {
  const store = storeWith(framePacket({ seq: 1 }));
  store.receive(registryPacket(), 0);
  expect(store.currentOf(0)?.value.value).toBe(-12);
  store.receive(fromAgent("registry", Uint8Array.of(10, 2, 98, 50)), 0);
  expect(store.registry?.hash).toBe("b2");
  expect(store.currentOf(0)).toBeUndefined();
});

test("values without a registry are not guessed at", () => {
  const store = new AnalysisStore();
  store.receive(framePacket({ seq: 1 }), 0);
  expect(store.currentOf(0)).toBeUndefined();
  expect(store.frames.latest()?.face).toBeDefined();
});

test("an event's end replaces its start, even when the start is repeated after it", () => {
  const start = { id: 4, kind: 1, onsetMs: 500 };
  const store = storeWith(
    eventPacket(start),
    eventPacket({ ...start, offsetMs: 2600 }),
    eventPacket(start),
    eventPacket({ id: 3, kind: 0, onsetMs: 300, offsetMs: 450 }),
  );
  expect(store.events.all().map(({ id, offsetMs }) => [id, offsetMs])).toEqual([
    [3, 450],
    [4, 2600],
  ]);
});

test("a body that belongs to an earlier frame is found by its own time", () => {
  const pose = { tMs: 40, points: packPoints(0.5, 0.5), visibility: Uint8Array.of(255) };
  const store = storeWith(framePacket({ seq: 3, more: { pose } }));
  expect(store.poses.atOrBefore(39)).toBeUndefined();
  expect(store.poses.atOrBefore(120)?.tMs).toBe(40);
});

test("an agent that misses several of its beats is silent", () => {
  const store = storeWith(statusPacket(1));
  expect(store.isSilent(4000)).toBe(false);
  expect(store.isSilent(5000)).toBe(true);
});

test("results stop when the analysis falls silent and when another run takes its place", () => {
  const store = storeWith(framePacket({ seq: 90, tMs: 3600 }));
  expect(store.stoppedAt(7, 4000)).toBeUndefined();
  expect(store.stoppedAt(7, 4001)).toBe(3600);
  store.receive(framePacket({ seq: 1, run: 8, tMs: 0 }), 5000);
  expect(store.stoppedAt(7, 5000)).toBe(3600);
  expect(store.stoppedAt(8, 5000)).toBeUndefined();
});

test("a page that comes in a pause hears no frame, and yet knows when the run began and stopped", () => {
  const timing = { receivedUnixUs: 1_790_000_003_000_000n };
  const store = storeWith(
    windowPacket(3, 60_000, 12, { timing }),
    eventPacket({ id: 4, kind: 1, onsetMs: 1500 }),
  );
  expect(store.startOf(7)).toBe(1_790_000_000_000);
  expect(store.stoppedAt(7, 2000)).toBe(3000);
  store.receive(statusPacket(9, 7, AgentState.PAUSED, 3640), 1000);
  expect(store.stoppedAt(7, 2000)).toBe(3640);
});

test("a pause is known from its first word until the next result", () => {
  const store = storeWith(framePacket({ seq: 90, tMs: 3600 }));
  store.receive(statusPacket(2, 7, AgentState.PAUSED), 5000);
  store.receive(statusPacket(3, 7, AgentState.PAUSED), 6000);
  store.receive(framePacket({ track: 1, seq: 1, tMs: 9600 }), 10_000);
  expect(store.pauses.pausesIn({ fromMs: 0, toMs: 60_000 })).toEqual([
    { fromMs: 3600, toMs: 9600 },
  ]);
  expect(store.followed.missedIn({ fromMs: 0, toMs: 60_000 }).at(-1)?.toMs).toBe(3600);
});

test("who listens hears each frame as it arrives, until he stops", () => {
  const store = storeWith();
  const heard: number[] = [];
  const stop = store.onFrame((frame) => heard.push(frame.tMs));
  store.receive(framePacket({ seq: 1 }), 0);
  stop();
  store.receive(framePacket({ seq: 2 }), 0);
  expect(heard).toEqual([40]);
});

function tellingsOf(store: AnalysisStore): AnalysisSnapshot[] {
  const told: AnalysisSnapshot[] = [];
  store.subscribe(() => told.push(store.snapshot()));
  return told;
}

test("listeners are told once for all that came since, and the snapshot stays until then", () => {
  const store = storeWith(statusPacket(1));
  store.passTime(1000);
  const told = tellingsOf(store);
  const before = store.snapshot();
  store.receive(framePacket({ seq: 1 }), 1100);
  store.receive(framePacket({ seq: 2 }), 1140);
  expect(told).toEqual([]);
  expect(store.snapshot()).toBe(before);
  store.passTime(1500);
  expect(told.map(({ nowMs, atMs }) => [nowMs, atMs])).toEqual([[80, 1500]]);
  expect(store.snapshot()).toBe(told[0]);
});

test("who no longer listens is told nothing", () => {
  const store = storeWith();
  let times = 0;
  const stop = store.subscribe(() => times++);
  store.passTime(500);
  stop();
  store.receive(framePacket({ seq: 1 }), 600);
  store.passTime(1000);
  expect(times).toBe(1);
});

test("time alone makes an agent silent and takes people out of view; then nothing more is told", () => {
  const others = [
    { person: 3, left: 0, top: 0, right: 1, bottom: 1 },
    { person: 2, left: 0, top: 0, right: 1, bottom: 1 },
  ];
  const store = storeWith(statusPacket(1), framePacket({ seq: 1, more: { others } }));
  const told = tellingsOf(store);
  for (let atMs = 1500; atMs <= 20_000; atMs += 500) store.passTime(atMs);
  expect(told[0]?.others).toEqual([2, 3]);
  expect(told.find(({ others }) => others === undefined)?.atMs).toBe(2000);
  expect(told.find(({ isSilent }) => isSilent)?.atMs).toBe(5000);
  expect(told.at(-1)?.atMs).toBeLessThan(6000);
});

test("parts of the snapshot that did not change are the same objects", () => {
  const store = storeWith(statusPacket(1), eventPacket({ id: 4, kind: 1, onsetMs: 500 }));
  store.passTime(1000);
  const before = store.snapshot();
  store.receive(framePacket({ seq: 1 }), 1100);
  store.passTime(1500);
  const now = store.snapshot();
  expect(now).not.toBe(before);
  expect(now.registry).toBe(before.registry);
  expect(now.status).toBe(before.status);
  expect(now.events).toBe(before.events);
});
