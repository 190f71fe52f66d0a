import type { TimeSource } from "../analysis/charts/timeSource";
import { isExperimental } from "../analysis/values/evidence";
import { download } from "../download";
import type { MeasureInfo, Registry } from "../generated/epedicare/analysis/v1/analysis_pb";

const QUALITY_WORDS = ["", "good", "usable", "not_measurable"];

/**
 * The shown stretch of the drawn series: one line for each sample, its time as the export calls it;
 * a withheld value stays empty.
 */
export function csvOf(source: TimeSource, registry: Registry, measures: readonly number[]): string {
  const range = source.range();
  const lines = ["session_ms,measure,unit,value,quality,evidence"];
  for (const measure of measures) {
    const info = registry.measures[measure];
    const view = source.series(measure, range);
    if (info === undefined || view === undefined) continue;
    view.tMs.forEach((tMs, i) => {
      lines.push(lineOf(tMs, info, view.values[i] as number, view.quality[i] as number));
    });
  }
  return `${lines.join("\n")}\n`;
}

function lineOf(tMs: number, info: MeasureInfo, value: number, quality: number): string {
  const shown = Number.isNaN(value) ? "" : String(value);
  const evidence = isExperimental(info) ? "experimental" : "checked";
  return [tMs, info.id, info.unit, shown, QUALITY_WORDS[quality] ?? "", evidence].join(",");
}

export function downloadCsv(
  source: TimeSource,
  registry: Registry,
  measures: readonly number[],
): void {
  const content = new Blob([csvOf(source, registry, measures)], { type: "text/csv" });
  download(content, "epedicare-series.csv");
}
