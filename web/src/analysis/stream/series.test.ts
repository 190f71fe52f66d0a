import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Quality, ValueSchema } from "../../generated/epedicare/analysis/v1/analysis_pb";
import { FrameRing } from "./frameRing";
import { unpackFrame } from "./frames";
import { frameMessage } from "./sampleMessages";
import { Series } from "./series";

function seriesOf(capacity: number, count: number): Series {
  const series = new Series(capacity);
  for (let i = 0; i < count; i++) {
    series.push(i * 40, create(ValueSchema, { value: i, quality: Quality.GOOD }));
  }
  return series;
}

test("the newest samples overwrite the oldest, in order", () => {
  const view = seriesOf(4, 6).view(0, 1000);
  expect([...view.values]).toEqual([2, 3, 4, 5]);
  expect([...view.tMs]).toEqual([80, 120, 160, 200]);
});

test("a view holds its edges and nothing beyond them", () => {
  const series = seriesOf(100, 10);
  expect([...series.view(80, 160).values]).toEqual([2, 3, 4]);
  expect(series.view(81, 119).values).toHaveLength(0);
  expect(new Series(4).view(0, 1000).tMs).toHaveLength(0);
});

test("a sample from the past is left out", () => {
  const series = seriesOf(8, 3);
  series.push(40, create(ValueSchema, { value: 99 }));
  expect([...series.view(0, 1000).values]).toEqual([0, 1, 2]);
});

test("a withheld sample is a gap that is not measurable, whatever it claims", () => {
  const series = new Series(4);
  series.push(0, create(ValueSchema, { quality: Quality.GOOD }));
  const view = series.view(0, 0);
  expect(view.values[0]).toBeNaN();
  expect(view.quality[0]).toBe(Quality.NOT_MEASURABLE);
});

test("the ring forgets the oldest frame only when it is full", () => {
  const ring = new FrameRing(300);
  const keys: string[] = [];
  for (let seq = 1; seq <= 301; seq++) {
    const frame = unpackFrame(frameMessage({ seq }), 0);
    keys.push(frame.key as string);
    ring.push(frame);
  }
  expect(ring.at(keys[0] as string)).toBeUndefined();
  expect(ring.at(keys[1] as string)?.tMs).toBe(80);
  expect(ring.latest()?.tMs).toBe(301 * 40);
});
