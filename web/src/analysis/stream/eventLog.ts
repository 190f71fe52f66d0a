import type { Event } from "../../generated/epedicare/analysis/v1/analysis_pb";

/** All events heard of, by onset. An event's end replaces its start, never the other way round. */
export class EventLog {
  private readonly byId = new Map<string, Event>();
  private sorted: readonly Event[] = [];

  add(event: Event): void {
    const id = `${event.origin?.run ?? 0}/${event.id}`;
    const known = this.byId.get(id);
    if (known?.offsetMs !== undefined && event.offsetMs === undefined) return;
    this.byId.set(id, event);
    this.sorted = [...this.byId.values()].sort(byRunAndOnset);
  }

  /** A new array after each change, the same one until then. */
  all(): readonly Event[] {
    return this.sorted;
  }
}

function byRunAndOnset(a: Event, b: Event): number {
  return (a.origin?.run ?? 0) - (b.origin?.run ?? 0) || a.onsetMs - b.onsetMs || a.id - b.id;
}
