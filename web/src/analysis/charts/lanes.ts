import type { Event, Registry } from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { Lane } from "./draw";

/**
 * The face's lane and one for each kind of event that has happened, in the registry's order; the
 * kinds of the chosen measures have theirs from the start, so that an empty lane says "none".
 */
export function lanesFor(
  registry: Registry,
  events: readonly Event[],
  chosen: ReadonlySet<string>,
  most: number,
): Lane[] {
  const happened = [...new Set(events.map(({ kind }) => kind))];
  const awaited = registry.events.flatMap(({ measureId }, kind) =>
    chosen.has(measureId) ? [kind] : [],
  );
  const kinds = [...new Set([...happened, ...awaited])].slice(0, most - 1);
  return [{ kind: undefined }, ...kinds.sort((a, b) => a - b).map((kind) => ({ kind }))];
}
