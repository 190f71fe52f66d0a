import type { AnalysisSnapshot } from "../../analysis/stream/snapshot";
import { textIn } from "../../analysis/values/format";
import { currentLanguage } from "../../i18n";

/** Measures that the agent had to switch off, by the names that people read. */
export function failedMeasureNames({
  status,
  registry,
}: Pick<AnalysisSnapshot, "status" | "registry">): string[] {
  return (status?.failedMeasures ?? []).map((id) => {
    const info = registry?.measures.find((measure) => measure.id === id);
    return textIn(currentLanguage(), info?.label) || id;
  });
}
