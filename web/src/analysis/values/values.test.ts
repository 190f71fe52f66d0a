import { create } from "@bufbuild/protobuf";
import i18next from "i18next";
import { expect, test } from "vitest";
import {
  EventInfoSchema,
  EventSchema,
  MeasureInfoSchema,
  Quality,
  RegistrySchema,
  ValueSchema,
} from "../../generated/epedicare/analysis/v1/analysis_pb";
import { resources } from "../../i18n";
import { calmBounds, decimalsOf } from "../charts/bounds";
import { lanesFor } from "../charts/lanes";
import { runsOf, withGaps } from "../charts/runs";
import { isWithheld, summarise, valueAt } from "../charts/summary";
import { liveSource } from "../charts/timeSource";
import { AnalysisStore } from "../stream/analysisStore";
import { framePacket, registry, registryPacket, windowPacket } from "../stream/sampleMessages";
import { readIds } from "./choices";
import { eventAmplitude, eventCourse, eventDuration, eventName, eventQuality } from "./events";
import { isExperimental } from "./evidence";
import {
  firstSentence,
  formatClock,
  formatMoment,
  formatValue,
  plainly,
  textIn,
  widestInCharacters,
} from "./format";
import { measuresByGroup, named } from "./groups";
import { readMeasure, readValue } from "./reading";
import { sparkPath } from "./Sparkline";
import { unknownInWords } from "./unknown";

const yaw = create(MeasureInfoSchema, { unit: "deg", rangeLow: -90, rangeHigh: 90 });
const iod = create(MeasureInfoSchema, { unit: "IOD/s", decimals: 2 });

test.each([
  [-12.4, yaw, "en", "−12°"],
  [-0.2, yaw, "en", "0°"],
  [0.213, iod, "fr", "0,21\u202fIOD/s"],
  [0.213, iod, "en", "0.21\u202fIOD/s"],
  [0.5, create(MeasureInfoSchema, { unit: "1", decimals: 1 }), "en", "0.5"],
] as const)("%s is written as its measure can bear", (value, info, language, text) => {
  expect(formatValue(value, info, language)).toBe(text);
});

test("beside a child a value has no unit of the field; its details still name it", () => {
  expect(formatValue(0.213, plainly(iod), "en")).toBe("0.21");
  expect(formatValue(-12.4, plainly(yaw), "en")).toBe("−12°");
  const measures = [create(MeasureInfoSchema, { id: "a", unit: "SW/s", decimals: 2 })];
  const own = create(RegistrySchema, { measures });
  const value = create(ValueSchema, { value: 0.5, quality: Quality.GOOD });
  expect(readValue(value, own, 0, "en", plainly)).toMatchObject({ value: "0.50", unit: "SW/s" });
  expect(readValue(value, own, 0, "en")?.value).toBe("0.50\u202fSW/s");
});

test("what too few labels say something of is experimental; a mark is a person’s own", () => {
  expect(isExperimental(yaw)).toBe(true);
  expect(isExperimental(create(MeasureInfoSchema, { checked: true }))).toBe(false);
  expect(isExperimental(create(EventInfoSchema, { id: "smile", measureId: "smile" }))).toBe(true);
  expect(isExperimental(create(EventInfoSchema, { id: "mark" }))).toBe(false);
});

test("what the agent names has the page’s own apostrophe", () => {
  expect(textIn("fr", { $typeName: "epedicare.analysis.v1.Text", en: "", fr: "l'enfant" })).toBe(
    "l’enfant",
  );
});

test("a number's column is as wide as its widest value", () => {
  expect(widestInCharacters(yaw)).toBe("−90°".length);
});

test.each([
  [754_999, "12:34"],
  [3_723_000, "1:02:03"],
  [-5, "00:00"],
])("%s ms on the clock is %s", (milliseconds, text) => {
  expect(formatClock(milliseconds)).toBe(text);
});

test("a moment is exact to the millisecond", () => {
  expect(formatMoment(754_320.6)).toBe("12:34.321");
});

test("the first sentence says what is", () => {
  expect(firstSentence("Trop sombre. Plus de lumière aide.")).toBe("Trop sombre");
  expect(firstSentence("no end")).toBe("no end");
  expect(firstSentence("Under 0.5 m it is lost. Move.")).toBe("Under 0.5 m it is lost");
});

test("a rate has its interval; a withheld one its reason", () => {
  const store = new AnalysisStore();
  store.receive(registryPacket(), 0);
  store.receive(windowPacket(1, 60_000, 14), 1000);
  expect(readMeasure(store, registry, 1, "en", 1500)).toMatchObject({
    value: "14\u202f/min",
    interval: "9\u202f–\u202f20",
    quality: "usable",
  });
  store.receive(windowPacket(2, 60_000, undefined), 2000);
  expect(readMeasure(store, registry, 1, "fr", 2500)).toMatchObject({
    value: undefined,
    quality: "notMeasurable",
    why: ["trop sombre"],
  });
});

test("a value that is no longer renewed says nothing about now", () => {
  const store = new AnalysisStore();
  store.receive(registryPacket(), 0);
  store.receive(framePacket({ seq: 1 }), 1000);
  expect(readMeasure(store, registry, 0, "en", 2000)?.value).toBe("−12°");
  expect(readMeasure(store, registry, 0, "en", 9000)).toMatchObject({ value: undefined, why: [] });
});

test("while nothing is measured, the newest value gives way to the reason at once", () => {
  const store = new AnalysisStore();
  store.receive(registryPacket(), 0);
  store.receive(framePacket({ seq: 1 }), 1000);
  expect(readMeasure(store, registry, 0, "en", 1001, "It is paused.")).toMatchObject({
    value: undefined,
    quality: "notMeasurable",
    why: ["It is paused."],
  });
});

test("an index or a reason that the registry does not have is nothing", () => {
  expect(readValue(undefined, registry, 99, "en")).toBeUndefined();
  const odd = create(ValueSchema, { reasons: [42], quality: Quality.GOOD });
  expect(readValue(odd, registry, 0, "en")?.why).toEqual([]);
});

test("an event is told by its name, its length and its size", () => {
  const away = create(EventSchema, { kind: 1, onsetMs: 500, offsetMs: 2600 });
  expect(eventName(away, registry, "fr")).toBe("Regard ailleurs");
  expect(eventDuration(away, registry, "fr")).toBe("2,1\u202fs");
  const begun = create(EventSchema, { kind: 1, onsetMs: 500 });
  expect(eventCourse(begun, registry, undefined)).toBe("goingOn");
  expect(eventDuration(begun, registry, "en")).toBeUndefined();
  expect(eventAmplitude(begun, registry, "en")).toBeUndefined();
  const turned = create(EventSchema, { ...away, amplitude: 24.22 });
  expect(eventAmplitude(turned, registry, "en")).toBe("24°");
  expect(eventName(create(EventSchema, { label: "name called" }), registry, "en")).toBe(
    "name called",
  );
});

test("a mark of the menu is told in the page's language, and own words as they are", () => {
  const called = (label: string) => create(EventSchema, { label });
  expect(eventName(called("Name called"), registry, "fr")).toBe("Prénom appelé");
  expect(eventName(called("Prénom appelé"), registry, "en")).toBe("Name called");
  expect(eventName(called("dog barks"), registry, "fr")).toBe("dog barks");
});

test("the quality of an event is told when it is not good", () => {
  const told = (quality: Quality) => eventQuality(create(EventSchema, { quality }));
  expect(told(Quality.USABLE)).toBe("usable");
  expect(told(Quality.GOOD)).toBeUndefined();
});

test("what was going on when results stopped was interrupted where it was last seen", () => {
  const begun = create(EventSchema, { kind: 1, onsetMs: 500 });
  expect(eventCourse(begun, registry, 1700)).toBe("interrupted");
  expect(eventDuration(begun, registry, "en", 1700)).toBe("1.2\u202fs");
  const ended = create(EventSchema, { ...begun, offsetMs: 900 });
  expect(eventCourse(ended, registry, 1700)).toBeUndefined();
  expect(eventDuration(ended, registry, "en", 1700)).toBe("0.4\u202fs");
  const cutByAgent = create(EventSchema, { ...ended, reasons: [0] });
  expect(eventCourse(cutByAgent, registry, undefined)).toBe("interrupted");
});

test("equal neighbours become one run, and a gap parts them", () => {
  expect(runsOf([0, 100, 200, 2000], [1, 1, 2, 2], 400)).toEqual([
    { fromMs: 0, toMs: 200, value: 1 },
    { fromMs: 200, toMs: 600, value: 2 },
    { fromMs: 2000, toMs: 2400, value: 2 },
  ]);
});

test("a line is not drawn across missing or withheld samples", () => {
  const [x, y] = withGaps(
    Float64Array.of(0, 40, 80, 5000),
    Float64Array.of(1, Number.NaN, 2, 3),
    1600,
  );
  expect(x).toEqual([0, 40, 80, 81, 5000]);
  expect(y).toEqual([1, null, 2, null, 3]);
});

test("a chart in numbers: lowest, median, highest, and how much could be measured", () => {
  const view = {
    tMs: Float64Array.of(0, 1, 2, 3),
    values: Float64Array.of(3, Number.NaN, 1, 2),
    quality: Uint8Array.of(Quality.GOOD, Quality.NOT_MEASURABLE, Quality.USABLE, Quality.GOOD),
  };
  expect(summarise(view)).toEqual({ lowest: 1, median: 2, highest: 3, measurable: 0.75 });
  expect(summarise({ ...view, values: new Float64Array(4).fill(Number.NaN) })).toBeUndefined();
  expect(isWithheld({ ...view, values: new Float64Array(4).fill(Number.NaN) })).toBe(true);
  expect([isWithheld(view), isWithheld(undefined)]).toEqual([false, false]);
  expect(valueAt(view, 2.5, 1600)).toBe(1);
  expect(valueAt(view, -1, 1600)).toBeUndefined();
});

test.each([
  [-12, 4, { low: -90, high: 90 }, [-18, 18]],
  [2, 3, { low: -90, high: 90 }, [0, 36]],
  [40, 45, { low: 0, high: 100 }, [0, 50]],
  [null, null, { low: 0, high: 100 }, [0, 100]],
  [0.1, 0.6, { low: 0, high: undefined }, [0, 0.65]],
  [5, 5, { low: undefined, high: undefined }, [4.5, 5.5]],
])("a chart of values from %s to %s keeps a calm scale", (min, max, whole, bounds) => {
  const [from, to] = calmBounds(min, max, whole);
  expect(from).toBeCloseTo(bounds[0] as number);
  expect(to).toBeCloseTo(bounds[1] as number);
});

test("lanes: the face, what has happened, and what the chosen measures would show", () => {
  const kinds = (chosen: ReadonlySet<string>) =>
    lanesFor(registry, [create(EventSchema, { kind: 1 })], chosen, 5).lanes.map(({ kind }) => kind);
  expect(kinds(new Set())).toEqual([undefined, 1]);
  expect(kinds(new Set(["eyes.blink_rate"]))).toEqual([undefined, 0, 1]);
});

test("kinds of event that have no lane are told, and the most frequent have one", () => {
  const events = [4, 2, 3, 2, 2, 3].map((kind) => create(EventSchema, { kind }));
  const { lanes, hidden } = lanesFor(registry, events, new Set(["eyes.blink_rate"]), 3);
  expect(lanes.map(({ kind }) => kind)).toEqual([undefined, 2, 3]);
  expect(hidden).toEqual([4]);
  expect(lanesFor(registry, events, new Set(), 4).hidden).toEqual([]);
});

test("a spark line keeps to its measure's range and parts at withheld samples", () => {
  const view = {
    tMs: Float64Array.of(0, 50, 100),
    values: Float64Array.of(0, Number.NaN, 100),
    quality: new Uint8Array(3),
  };
  const info = { rangeLow: 0, rangeHigh: 100 };
  const range = { fromMs: 0, toMs: 100 };
  expect(sparkPath(view, info, range)).toBe("M0.0 18.0M72.0 2.0");
  expect(sparkPath({ ...view, values: new Float64Array(3).fill(Number.NaN) }, info, range)).toBe(
    "",
  );
});

test("a spark line of what has two sides has zero in the middle, and shows a small turn", () => {
  const view = {
    tMs: Float64Array.of(0, 50, 100),
    values: Float64Array.of(-11.25, 0, 11.25),
    quality: new Uint8Array(3),
  };
  const range = { fromMs: 0, toMs: 100 };
  expect(sparkPath(view, yaw, range)).toBe("M0.0 14.0L36.0 10.0L72.0 6.0");
});

test("a spark line parts where this page was away", () => {
  const view = {
    tMs: Float64Array.of(0, 50, 100),
    values: Float64Array.of(0, 0, 100),
    quality: new Uint8Array(3),
  };
  const info = { rangeLow: 0, rangeHigh: 100 };
  const range = { fromMs: 0, toMs: 100 };
  expect(sparkPath(view, info, range, [{ fromMs: 60, toMs: 90 }])).toBe(
    "M0.0 18.0L36.0 18.0M72.0 2.0",
  );
});

test("a page that comes late says since when it follows, on the clock that people see", () => {
  const store = new AnalysisStore();
  store.receive(registryPacket(), 0);
  store.receive(framePacket({ seq: 1700, tMs: 68_000 }), 1000);
  store.receive(framePacket({ seq: 1701, tMs: 68_040 }), 1040);
  const source = liveSource(store, () => 600_000);
  const texts = i18next.createInstance();
  void texts.init({ resources, lng: "en", initAsync: false });
  const words = () => {
    const range = source.range();
    const t = texts.getFixedT("en", "analysis");
    return unknownInWords(source.unknown(range), range, source.clockMs, t);
  };
  expect(words()).toBe("Not followed on this page before 11:08.");
  store.receive(framePacket({ seq: 2000, tMs: 80_000 }), 13_000);
  expect(words()).toBe(
    "Not followed on this page before 11:08. Not followed on this page from 11:08 to 11:20.",
  );
});

test.each([
  [null, undefined],
  ["{", undefined],
  ['{"a":1}', undefined],
  ['["head.yaw",3]', new Set(["head.yaw"])],
])("choices stored as %s", (stored, ids) => {
  expect(readIds(stored)).toEqual(ids);
});

test.each([
  [20, 0],
  [0.5, 1],
  [0.25, 2],
  [0.005, 3],
])("an axis in steps of %s writes %s decimals", (step, decimals) => {
  expect(decimalsOf(step)).toBe(decimals);
});

test("a measure is found by its own or its group's name, without minding accents", () => {
  const [first] = measuresByGroup(registry);
  const all = first?.measures ?? [];
  expect(named("", "Tête", all, registry, "fr")).toEqual(all);
  expect(named("TETE", "Tête", all, registry, "fr")).toEqual(all);
  expect(named(" tournee", "Groupe", all, registry, "fr")).toEqual([0]);
  expect(named("nothing", "Tête", all, registry, "fr")).toEqual([]);
});
