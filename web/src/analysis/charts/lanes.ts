import type { Event, Registry } from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { Lane } from "./draw";

export interface Lanes {
  lanes: Lane[];
  /** Kinds that have happened and have no room. */
  hidden: number[];
}

/**
 * The face's lane and one for each kind of event that has happened, in the registry's order; the
 * kinds of the chosen measures have theirs from the start, so that an empty lane says "none".
 * Where there is room for `most` lanes only, the most frequent kinds get them.
 */
export function lanesFor(
  registry: Registry,
  events: readonly Event[],
  chosen: ReadonlySet<string>,
  most: number,
): Lanes {
  const happened = kindsByFrequency(events);
  const awaited = registry.events.flatMap(({ measureId }, kind) =>
    chosen.has(measureId) ? [kind] : [],
  );
  const shown = [...new Set([...happened, ...awaited])].slice(0, most - 1);
  return {
    lanes: [{ kind: undefined }, ...inOrder(shown).map((kind) => ({ kind }))],
    hidden: inOrder(happened.slice(most - 1)),
  };
}

function kindsByFrequency(events: readonly Event[]): number[] {
  const counts = new Map<number, number>();
  for (const { kind } of events) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([kind]) => kind);
}

function inOrder(kinds: readonly number[]): number[] {
  return [...kinds].sort((a, b) => a - b);
}
