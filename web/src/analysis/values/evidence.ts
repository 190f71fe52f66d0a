import type { EventInfo, MeasureInfo } from "../../generated/epedicare/analysis/v1/analysis_pb";

export type Evidenced = Pick<MeasureInfo, "checked"> | Pick<EventInfo, "checked" | "measureId">;

/** A mark belongs to no measure: it is a person's own. */
export function isExperimental(info: Evidenced): boolean {
  return !info.checked && !("measureId" in info && info.measureId === "");
}
