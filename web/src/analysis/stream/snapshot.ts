import type { Event, Registry, Status } from "../../generated/epedicare/analysis/v1/analysis_pb";

/** The analysis as it was at one moment. */
export interface AnalysisSnapshot {
  /** The page's clock at that moment. */
  atMs: number;
  /** Media time of the newest result, in ms since the run began; 0: none yet. */
  nowMs: number;
  registry: Registry | undefined;
  status: Status | undefined;
  /** The agent has said nothing for several of its beats. */
  isSilent: boolean;
  events: readonly Event[];
  /** The numbers of the other people in view, in order; undefined: no result says who is. */
  others: readonly number[] | undefined;
}

/** After this, a frame's result no longer says who is in view. */
export const FRESH_MS = 1000;

/** So long after the last message, nothing more becomes old: a silent agent is noticed last. */
const LAST_CHANGE_MS = 4000;

/** Makes snapshots and tells of them: when there is news, and while what was heard becomes old. */
export class SnapshotTeller {
  private readonly listeners = new Set<() => void>();
  private told: AnalysisSnapshot;
  private heardAtMs = Number.NEGATIVE_INFINITY;
  private hasNews = false;

  constructor(private readonly snapshotAt: (atMs: number) => AnalysisSnapshot) {
    this.told = snapshotAt(0);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): AnalysisSnapshot => this.told;

  hear(atMs: number): void {
    this.heardAtMs = atMs;
    this.hasNews = true;
  }

  passTime(nowMs: number): void {
    if (!this.hasNews && this.told.atMs > this.heardAtMs + LAST_CHANGE_MS) return;
    this.hasNews = false;
    this.told = this.snapshotAt(nowMs);
    for (const listener of this.listeners) listener();
  }
}
