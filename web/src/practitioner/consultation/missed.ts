import type { AnalysisSnapshot } from "../../analysis/stream/snapshot";
import { textIn } from "../../analysis/values/format";
import { AgentState } from "../../generated/epedicare/analysis/v1/analysis_pb";
import { currentLanguage } from "../../i18n";

/** As the agent has it: a camera of 24 Hz runs at 23.976. */
const NOMINAL_RATE = 0.98;

export interface Missed {
  cameraHz: number;
  names: string[];
}

/** Measures that need more pictures a second than arrive at the analysis; undefined: not known. */
export function missedMeasures({
  status,
  registry,
  isSilent,
}: AnalysisSnapshot): Missed | undefined {
  const cameraHz = status?.rates?.cameraHz ?? 0;
  if (isSilent || status?.state !== AgentState.ANALYSING || cameraHz <= 0) return undefined;
  const names = (registry?.measures ?? [])
    .filter(({ minimumHz }) => NOMINAL_RATE * minimumHz > cameraHz)
    .map(({ id, label }) => textIn(currentLanguage(), label) || id);
  return { cameraHz, names };
}
