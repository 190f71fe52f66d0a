import type { Registry } from "../../generated/epedicare/analysis/v1/analysis_pb";

/** The registry's measures by group, both in the registry's order. */
export function measuresByGroup(registry: Registry): { group: string; measures: number[] }[] {
  const groups = new Map<string, number[]>();
  registry.measures.forEach(({ group }, measure) => {
    groups.set(group, [...(groups.get(group) ?? []), measure]);
  });
  return [...groups].map(([group, measures]) => ({ group, measures }));
}

export function indicesOf(registry: Registry, ids: ReadonlySet<string>): number[] {
  return registry.measures.flatMap(({ id }, measure) => (ids.has(id) ? [measure] : []));
}
