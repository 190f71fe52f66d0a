import type { Origin } from "../../generated/epedicare/analysis/v1/analysis_pb";

/**
 * Lets a message through when it is newer than the last one of its stream: a later run, a later
 * track of that run, or a later number within the track. Repeated, overtaken and retired agents'
 * messages are refused.
 */
export class Acceptance {
  private readonly last = new Map<string, Origin>();
  private run = 0;

  accept(stream: string, origin: Origin | undefined): boolean {
    if (origin === undefined || origin.run < this.run) return false;
    const last = this.last.get(stream);
    if (last !== undefined && compare(origin, last) <= 0) return false;
    this.run = origin.run;
    this.last.set(stream, origin);
    return true;
  }
}

function compare(a: Origin, b: Origin): number {
  return a.run - b.run || a.track - b.track || a.seq - b.seq;
}
