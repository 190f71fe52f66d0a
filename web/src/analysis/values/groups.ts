import type { Registry } from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { Language } from "../../i18n";
import { textIn } from "./format";

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

/** Those whose own or whose group's name holds the words, whatever their accents and capitals. */
export function named(
  words: string,
  group: string,
  measures: readonly number[],
  registry: Registry,
  language: Language,
): number[] {
  const wanted = plain(words.trim());
  return measures.filter((measure) =>
    plain(`${group} ${textIn(language, registry.measures[measure]?.label)}`).includes(wanted),
  );
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
