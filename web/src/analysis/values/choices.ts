import { useCallback, useState } from "react";
import type { Registry } from "../../generated/epedicare/analysis/v1/analysis_pb";
import { ofThisBrowser } from "../../storage";

/** Each kind of page remembers its own charts: a call has room for fewer than a replay. */
export interface ChoicesOf {
  page: "call" | "replay";
  chartsAtFirst: number;
}

export interface Choices {
  /** Ids of the measures in the "now" panel and of those drawn as charts. */
  headlines: ReadonlySet<string>;
  charts: ReadonlySet<string>;
  setHeadlines: (ids: ReadonlySet<string>) => void;
  setCharts: (ids: ReadonlySet<string>) => void;
}

/** Which measures this practitioner looks at, kept in this browser. */
export function useChoices(
  registry: Registry | undefined,
  { page, chartsAtFirst }: ChoicesOf,
): Choices {
  const headlineIds = (registry?.measures ?? []).filter((m) => m.headline).map((m) => m.id);
  const [headlines, setHeadlines] = useStoredIds("epedicare.headlines");
  const [charts, setCharts] = useStoredIds(`epedicare.charts.${page}`);
  return {
    headlines: headlines ?? new Set(headlineIds),
    charts: charts ?? new Set(headlineIds.slice(0, chartsAtFirst)),
    setHeadlines,
    setCharts,
  };
}

function useStoredIds(name: string) {
  const [ids, setIds] = useState(() => readIds(ofThisBrowser.get(name)));
  const store = useCallback(
    (chosen: ReadonlySet<string>) => {
      ofThisBrowser.set(name, JSON.stringify([...chosen]));
      setIds(chosen);
    },
    [name],
  );
  return [ids, store] as const;
}

export function readIds(stored: string | null): ReadonlySet<string> | undefined {
  try {
    const ids: unknown = JSON.parse(stored ?? "null");
    return Array.isArray(ids) ? new Set(ids.filter((id) => typeof id === "string")) : undefined;
  } catch {
    return undefined;
  }
}

export function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}
