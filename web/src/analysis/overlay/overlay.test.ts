import { expect, test } from "vitest";
import { AnalysisStore } from "../stream/analysisStore";
import { keyText } from "../stream/frames";
import { framePacket, keyOf, packPoints, registry, registryPacket } from "../stream/sampleMessages";
import { FaceShare } from "./faceShare";
import { fitPicture, placePoints, sameShape } from "./geometry";
import { ALL_LAYERS } from "./layers";
import { Matcher } from "./matching";
import { PlayoutDelay } from "./playoutDelay";
import { composeScene, FACE_HOLD_MS, faceOpacityAt, HOLD_MS, looksAlike, opacityAt } from "./scene";

function textOf(seq: number): string {
  const { userTimestamp, frameId } = keyOf(seq);
  return keyText(userTimestamp, frameId);
}

function storeAt(receivedAtMs: number, ...seqs: number[]): AnalysisStore {
  const store = new AnalysisStore();
  store.receive(registryPacket(), 0);
  for (const seq of seqs) store.receive(framePacket({ seq }), receivedAtMs);
  return store;
}

test.each([
  ["bars above and below", "contain", { x: 0, y: 50, width: 400, height: 200 }],
  ["cut at the sides", "cover", { x: -100, y: 0, width: 600, height: 300 }],
] as const)("a wide picture in a squarer element has %s", (_, fit, rect) => {
  expect(fitPicture({ width: 640, height: 320 }, { width: 400, height: 300 }, fit)).toEqual(rect);
});

test("an upright picture in a wide element has bars at the sides", () => {
  const rect = fitPicture({ width: 360, height: 640 }, { width: 800, height: 640 }, "contain");
  expect(rect).toEqual({ x: 220, y: 0, width: 360, height: 640 });
});

test("a picture whose size is not known yet takes no room", () => {
  const rect = fitPicture({ width: 0, height: 0 }, { width: 800, height: 640 }, "contain");
  expect(rect.width).toBe(0);
});

test("points lie in the letterboxed picture, and on the other side when it is mirrored", () => {
  const rect = { x: 100, y: 10, width: 200, height: 100 };
  const points = Float32Array.of(0.25, 0.5, -0.5, 1.5);
  expect([...placePoints(points, rect, false)]).toEqual([150, 60, 0, 160]);
  expect([...placePoints(points, rect, true)]).toEqual([250, 60, 400, 160]);
});

test("a result of the picture before it was turned does not fit", () => {
  expect(sameShape({ width: 640, height: 360 }, { width: 360, height: 640 })).toBe(false);
  expect(sameShape({ width: 640, height: 360 }, { width: 638, height: 358 })).toBe(true);
  expect(sameShape({ width: 640, height: 360 }, { width: 1280, height: 720 })).toBe(true);
  expect(sameShape({ width: 640, height: 360 }, { width: 0, height: 0 })).toBe(false);
});

test("a shown frame gets its own result", () => {
  const matcher = new Matcher(storeAt(1000, 1, 2, 3));
  expect(matcher.match(textOf(4), 1001)).toMatchObject({
    match: "none",
    shown: { face: undefined },
  });
  expect(matcher.match(textOf(2), 1002)).toMatchObject({
    match: "exact",
    shown: { face: { tMs: 80 }, faceAgeMs: 0 },
  });
});

test("over a frame without a result the last exact one is held, is called so, and ends", () => {
  const matcher = new Matcher(storeAt(1000, 1));
  matcher.match(textOf(1), 1000);
  expect(matcher.match(textOf(2), 1040)).toMatchObject({
    match: "held",
    shown: { face: { tMs: 40 }, faceAgeMs: 40 },
  });
  expect(matcher.match(textOf(8), 1300).match).toBe("held");
  expect(matcher.match(textOf(9), 1301)).toMatchObject({
    match: "none",
    shown: { face: undefined },
  });
});

test("what is held is never another run's", () => {
  const store = storeAt(1000, 1);
  const matcher = new Matcher(store);
  matcher.match(textOf(1), 1000);
  store.receive(framePacket({ seq: 5, run: 8, tMs: 0 }), 1020);
  expect(matcher.match(textOf(2), 1040).match).toBe("none");
});

test("held is fainter than exact from the start, ever fainter, and gone in the end", () => {
  const strengths = [0, 1, 40, 80, 200, FACE_HOLD_MS].map(faceOpacityAt);
  expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
  expect(strengths[1]).toBeLessThan(0.86);
  expect(strengths.at(-1)).toBe(0);
  const face = storeAt(1000, 1).frames.at(textOf(1));
  const shown = { face, faceAgeMs: 150, pose: undefined, hands: undefined };
  const [first] = composeScene(shown, new Set(["face"]), registry.faceLayout);
  expect(first?.opacity).toBeCloseTo(0.85 * faceOpacityAt(150));
});

test("a held face looks anew four times at most, however many pictures it is held over", () => {
  const matcher = new Matcher(storeAt(1000, 1));
  let last = matcher.match(textOf(1), 1000).shown;
  let changes = 0;
  for (let atMs = 1017; atMs <= 1300; atMs += 17) {
    const { shown } = matcher.match(textOf(atMs), atMs);
    if (!looksAlike(shown, last)) changes++;
    last = shown;
  }
  expect(changes).toBe(4);
  expect(looksAlike(matcher.match(textOf(2), 1301).shown, last)).toBe(false);
});

test("another skeleton, or a fainter one, is another look", () => {
  const pose = { tMs: 40, points: packPoints(0.5, 0.5), visibility: Uint8Array.of(255) };
  const store = storeAt(1000);
  store.receive(framePacket({ seq: 1, more: { pose } }), 1000);
  const shape = store.poses.atOrBefore(40);
  if (shape === undefined) throw new Error("no skeleton");
  const at = (ageMs: number) => ({
    face: undefined,
    faceAgeMs: 0,
    pose: { shape, ageMs },
    hands: undefined,
  });
  expect(looksAlike(at(0), at(40))).toBe(true);
  expect(looksAlike(at(0), at(100))).toBe(false);
  expect(looksAlike(at(0), { ...at(0), pose: undefined })).toBe(false);
  expect(looksAlike(at(0), { ...at(0), pose: { shape: { ...shape }, ageMs: 0 } })).toBe(false);
});

test("without frame metadata the newest result is drawn until it is too old", () => {
  const store = storeAt(1000);
  store.receive(framePacket({ seq: 2, more: { key: undefined } }), 1000);
  const matcher = new Matcher(store);
  expect(matcher.match(undefined, 1299)).toMatchObject({
    match: "nearest",
    shown: { face: { tMs: 80 } },
  });
  expect(matcher.match(undefined, 1301).match).toBe("none");
});

test("a stamped sender's frame whose stamp is late gets nothing, unless the stamps never come", () => {
  const matcher = new Matcher(storeAt(1000, 1, 2));
  expect(matcher.match(undefined, 1001).match).toBe("none");
  for (let frame = 0; frame < 60; frame++) matcher.match(undefined, 1002);
  expect(matcher.match(undefined, 1003).match).toBe("nearest");
  expect(matcher.match(textOf(2), 1004).match).toBe("exact");
  expect(matcher.match(undefined, 1005).match).toBe("none");
});

test("a skeleton is held over the next frames, fading, and then it is gone", () => {
  const store = storeAt(1000);
  const pose = { tMs: 40, points: packPoints(0.5, 0.5), visibility: Uint8Array.of(255) };
  store.receive(framePacket({ seq: 1, more: { pose } }), 1000);
  for (const seq of [2, 3, 4, 5]) store.receive(framePacket({ seq }), 1000);
  const matcher = new Matcher(store);
  expect(matcher.match(textOf(1), 1000).shown.pose?.ageMs).toBe(0);
  expect(matcher.match(textOf(3), 1080).shown.pose?.ageMs).toBe(80);
  expect(matcher.match(textOf(9), 1100).shown.pose?.ageMs).toBe(100);
  expect(matcher.match(textOf(5), 1160).shown.pose).toBeUndefined();
  expect(opacityAt(80)).toBeLessThan(opacityAt(0));
  expect(opacityAt(HOLD_MS + 1)).toBe(0);
});

test("a skeleton of a frame that is yet to be shown waits for it", () => {
  const store = storeAt(1000);
  const pose = { tMs: 200, points: packPoints(0.5, 0.5), visibility: Uint8Array.of(255) };
  store.receive(framePacket({ seq: 1 }), 1000);
  store.receive(framePacket({ seq: 6, more: { pose } }), 1000);
  expect(new Matcher(store).match(textOf(1), 1000).shown.pose).toBeUndefined();
});

test("nothing is left when results stop coming", () => {
  const store = storeAt(1000);
  const pose = { tMs: 40, points: packPoints(0.5, 0.5), visibility: Uint8Array.of(255) };
  store.receive(framePacket({ seq: 1, more: { pose } }), 1000);
  const matcher = new Matcher(store);
  matcher.match(textOf(1), 1000);
  const { shown } = matcher.match(textOf(50), 1301);
  expect(shown).toEqual({ face: undefined, faceAgeMs: 0, pose: undefined, hands: undefined });
});

test("layers can be switched off one by one", () => {
  const store = storeAt(0, 1);
  const shown = { face: store.frames.latest(), faceAgeMs: 0, pose: undefined, hands: undefined };
  const drawn = (...layers: ("face" | "eyes" | "head")[]) =>
    composeScene(shown, new Set(layers), registry.faceLayout).map(({ layer }) => layer);
  expect(drawn("eyes")).toEqual(["eyes"]);
  expect(drawn("face", "head")).toEqual(["face", "head", "head"]);
  expect(drawn()).toEqual([]);
  expect(composeScene(shown, ALL_LAYERS, undefined).map(({ layer }) => layer)).toEqual([
    "head",
    "head",
  ]);
});

test("the other people carry the numbers that they are selected by", () => {
  const store = storeAt(0);
  const others = [{ person: 2, left: 0.1, top: 0.2, right: 0.3, bottom: 0.9 }];
  store.receive(framePacket({ seq: 1, more: { others } }), 0);
  const shown = { face: store.frames.latest(), faceAgeMs: 0, pose: undefined, hands: undefined };
  const [box] = composeScene(shown, new Set(["people"]), registry.faceLayout);
  expect(box?.tag).toBe("2");
  expect(box?.lines[0]?.points[0]).toBeCloseTo(0.1);
  expect(box?.lines[0]?.closed).toBe(true);
});

test("a joint that is out of sight has no bones", () => {
  const points = new Float32Array(66).fill(0.5);
  const visibility = new Uint8Array(33).fill(255);
  visibility[13] = 0;
  const shape = { key: undefined, tMs: 0, points, visibility };
  const [stroke] = composeScene(
    { face: undefined, faceAgeMs: 0, pose: { shape, ageMs: 0 }, hands: undefined },
    ALL_LAYERS,
    undefined,
  );
  expect(stroke?.lines).toHaveLength(16);
});

function adaptTo(delay: PlayoutDelay, slackMs: number, rounds = 1): number {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 100; i++) delay.observe(slackMs);
    delay.adapt();
  }
  return delay.delayMs;
}

test("the call is held back until results arrive before their frames, within bounds", () => {
  expect(adaptTo(new PlayoutDelay(50), -16)).toBe(70);
  expect(adaptTo(new PlayoutDelay(50), 10)).toBe(50);
  expect(adaptTo(new PlayoutDelay(50), -500, 9)).toBe(150);
});

test("spare time is given back slowly", () => {
  const delay = new PlayoutDelay(50);
  expect(adaptTo(delay, 60, 4)).toBe(50);
  expect(adaptTo(delay, 60, 2)).toBe(40);
  expect(adaptTo(delay, 60, 20)).toBe(0);
});

test("one late result alone moves nothing", () => {
  const delay = new PlayoutDelay(50);
  delay.observe(-400);
  expect(adaptTo(delay, 10)).toBe(50);
});

test("with no results at all there is nothing to wait for", () => {
  const delay = new PlayoutDelay(50);
  for (let round = 0; round < 20; round++) delay.adapt();
  expect(delay.delayMs).toBe(0);
});

/** A minute of frames whose results need so long, each shown with the delay then in force. */
function inTime(needsMs: number[], delay: PlayoutDelay): number {
  const late = needsMs.filter((needMs, frame) => {
    const slackMs = delay.delayMs - needMs;
    delay.observe(slackMs);
    if (frame % 50 === 49) delay.adapt();
    return slackMs < 0;
  });
  return 1 - late.length / needsMs.length;
}

/** Seldom late by much, as measured: most need 40 ms, one in fifty more than 90. */
function skewedNeeds(frames: number, shiftMs = 0): number[] {
  const chance = (i: number) => ((i * 7919) % 1000) / 1000;
  return Array.from({ length: frames }, (_, i) => shiftMs + 40 - 13 * Math.log(1 - chance(i)));
}

test("98 of 100 results arrive before their frame is shown, and the call waits for no more", () => {
  const delay = new PlayoutDelay(50);
  inTime(skewedNeeds(250), delay);
  expect(inTime(skewedNeeds(1500), delay)).toBeGreaterThanOrEqual(0.98);
  expect(delay.delayMs).toBeGreaterThan(85);
  expect(delay.delayMs).toBeLessThan(115);
});

test("a machine that stood still for a second moves nothing", () => {
  const delay = new PlayoutDelay(50);
  inTime(skewedNeeds(500), delay);
  const before = delay.delayMs;
  inTime([...skewedNeeds(25), ...skewedNeeds(25, 600)], delay);
  inTime(skewedNeeds(150), delay);
  expect(delay.delayMs).toBe(before);
});

test("an analysis that slows down is waited for within four seconds", () => {
  const delay = new PlayoutDelay(50);
  inTime(skewedNeeds(500), delay);
  inTime(skewedNeeds(100, 40), delay);
  expect(inTime(skewedNeeds(1000, 40), delay)).toBeGreaterThanOrEqual(0.98);
});

test("a face analysed on every second frame is drawn fainter, and an odd gap changes nothing", () => {
  const share = new FaceShare();
  const observe = (frames: number, each: number) => {
    for (let i = 0; i < frames; i++) share.observe(i % each !== each - 1);
    return share.isSparse;
  };
  expect(observe(250, 10)).toBe(false);
  expect(observe(250, 2)).toBe(true);
  expect(observe(250, 5)).toBe(true); // not to and fro
  expect(observe(250, 50)).toBe(false);
});

test("fainter is the face alone", () => {
  const opacities = (faceOpacity?: number) => {
    const face = storeAt(1000, 1).frames.at(textOf(1));
    const shown = { face, faceAgeMs: 0, pose: undefined, hands: undefined };
    return composeScene(shown, new Set(["face", "people"]), registry.faceLayout, faceOpacity).map(
      ({ layer, opacity }) => `${layer} ${opacity.toFixed(3)}`,
    );
  };
  expect(opacities()).toContain("face 0.850");
  expect(opacities(0.5)).toContain("face 0.425");
});
