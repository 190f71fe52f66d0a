import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import type { AnalysisSnapshot } from "../../analysis/stream/snapshot";
import {
  AgentState,
  RegistrySchema,
  StatusSchema,
} from "../../generated/epedicare/analysis/v1/analysis_pb";
import { missedMeasures } from "./missed";

const registry = create(RegistrySchema, {
  measures: [
    { id: "blinks", minimumHz: 12, label: { en: "Blinks", fr: "Clignements" } },
    { id: "nods", minimumHz: 15, label: { en: "Nods", fr: "Hochements" } },
    { id: "face", minimumHz: 2, label: { en: "Face", fr: "Visage" } },
  ],
});

function told(cameraHz: number, change: Partial<AnalysisSnapshot> = {}) {
  const status = create(StatusSchema, { state: AgentState.ANALYSING, rates: { cameraHz } });
  return missedMeasures({ status, registry, isSilent: false, ...change } as AnalysisSnapshot);
}

test.each([
  [25, []],
  [14.8, []],
  [12.4, ["Hochements"]],
  [9, ["Clignements", "Hochements"]],
])("at %s pictures a second %j are missed", (cameraHz, names) => {
  expect(told(cameraHz)).toEqual({ cameraHz, names });
});

test("nothing is said while nothing is analysed", () => {
  expect(told(0)).toBeUndefined();
  expect(told(9, { isSilent: true })).toBeUndefined();
  expect(told(9, { status: create(StatusSchema, { state: AgentState.PAUSED }) })).toBeUndefined();
  expect(told(9, { status: undefined })).toBeUndefined();
});
