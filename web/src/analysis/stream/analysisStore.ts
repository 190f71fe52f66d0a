import { create } from "@bufbuild/protobuf";
import {
  AgentState,
  type FrameResult,
  Quality,
  type Registry,
  type Status,
  type Value,
  ValueSchema,
  type WindowResult,
} from "../../generated/epedicare/analysis/v1/analysis_pb";
import { Acceptance } from "./acceptance";
import { EventLog } from "./eventLog";
import { Followed } from "./followed";
import { FrameRing } from "./frameRing";
import { type AnalysedFrame, type HandsShape, type PoseShape, unpackFrame } from "./frames";
import { type Incoming, type Packet, type Refusal, readPacket } from "./packets";
import { Pauses } from "./pauses";
import { Recent } from "./recent";
import { Series } from "./series";
import { type AnalysisSnapshot, FRESH_MS, SnapshotTeller } from "./snapshot";

/** A measure's newest value in the window that people are to be shown. */
export interface Current {
  value: Value;
  tMs: number;
  receivedAtMs: number;
}

/** Results come at least each second; after this the last one says nothing about now. */
export const STALE_MS = 3000;
const SAMPLES_PER_SERIES = 4096; // 68 s at 60 Hz
const PRESENCE = [0, 1].map((value) => create(ValueSchema, { value, quality: Quality.GOOD })) as [
  Value,
  Value,
];
const STATUS_SILENCE_MS = 3500; // sent each second

/**
 * All that the agent has said in this session, as far as a page needs it: results by frame, the
 * newest values, a minute of history, the events. Nothing here knows of a room or of a screen.
 *
 * An external store for useSyncExternalStore: `passTime` tells its listeners what is new, at the
 * pace of its caller, so that numbers are read and not watched.
 */
export class AnalysisStore {
  readonly frames = new FrameRing();
  readonly poses = new Recent<PoseShape>();
  readonly hands = new Recent<HandsShape>();
  readonly events = new EventLog();
  readonly followed = new Followed();
  readonly pauses = new Pauses();
  registry: Registry | undefined;
  status: Status | undefined;
  /** Media time of the newest result, in ms since the run began. */
  nowMs = 0;
  run = 0;

  /** 1 while the patient's face is seen, 0 while it is not. */
  readonly facePresence = new Series(SAMPLES_PER_SERIES);

  private readonly acceptance = new Acceptance();
  private readonly current = new Map<number, Current>();
  private readonly ofFrames = new Map<number, Series>();
  private readonly ofWindows = new Map<number, Series>();
  private readonly startedUnixMs = new Map<number, number>();
  private readonly lastMs = new Map<number, number>();
  private readonly frameListeners = new Set<(frame: AnalysedFrame) => void>();
  private statusReceivedAtMs = Number.NEGATIVE_INFINITY;
  private readonly teller = new SnapshotTeller((atMs) => this.snapshotAt(atMs));

  readonly subscribe = this.teller.subscribe;

  /** What was so when the listeners were last told; the same object until they are told again. */
  readonly snapshot = this.teller.snapshot;

  /** To be called steadily: tells what is new, and what time alone has made old. */
  passTime(nowMs: number): void {
    this.teller.passTime(nowMs);
  }

  /** Takes a data packet in; says why when it was refused. */
  receive(incoming: Incoming, receivedAtMs: number): Refusal | undefined {
    const packet = readPacket(incoming);
    if (typeof packet === "string") return packet;
    if (!this.isNews(packet)) return "out-of-order";
    this.apply(packet, receivedAtMs);
    this.teller.hear(receivedAtMs);
    return undefined;
  }

  /** Calls back on each frame's result as it arrives; returns how to stop. */
  onFrame(listener: (frame: AnalysedFrame) => void): () => void {
    this.frameListeners.add(listener);
    return () => this.frameListeners.delete(listener);
  }

  currentOf(measure: number): Current | undefined {
    return this.current.get(measure);
  }

  /** The last minute, frame by frame where the measure has a value on each frame. */
  fineSeriesOf(measure: number): Series | undefined {
    return this.ofFrames.get(measure) ?? this.ofWindows.get(measure);
  }

  /** The last minute as it was shown as a number. */
  shownSeriesOf(measure: number): Series | undefined {
    return this.displayWindowOf(measure) === 0
      ? this.ofFrames.get(measure)
      : this.ofWindows.get(measure);
  }

  /** When this run's media time was 0, on the agent's clock; undefined: not known. */
  startOf(run: number): number | undefined {
    return this.startedUnixMs.get(run);
  }

  /** Media time of a run's last result once no more come; undefined while they do. */
  stoppedAt(run: number, atMs: number): number | undefined {
    const newest = this.frames.latest();
    const isComing = run === this.run && newest && atMs - newest.receivedAtMs <= STALE_MS;
    return isComing ? undefined : (this.lastMs.get(run) ?? 0);
  }

  /** The agent has said nothing for several of its beats. */
  isSilent(atMs: number): boolean {
    return atMs - this.statusReceivedAtMs > STATUS_SILENCE_MS;
  }

  private snapshotAt(atMs: number): AnalysisSnapshot {
    const frame = this.frames.latest();
    const isFresh = frame !== undefined && atMs - frame.receivedAtMs < FRESH_MS;
    return {
      atMs,
      nowMs: this.nowMs,
      registry: this.registry,
      status: this.status,
      isSilent: this.isSilent(atMs),
      events: this.events.all(),
      others: isFresh ? frame.others.map(({ person }) => person).sort((a, b) => a - b) : undefined,
    };
  }

  private isNews(packet: Packet): boolean {
    switch (packet.topic) {
      case "registry":
        return true;
      case "event": // repeated to newcomers; the log tells an event's start from its end
        return (packet.message.origin?.run ?? 0) >= this.run;
      case "window": // each length counts for itself
        return this.acceptance.accept(`window-${packet.message.windowMs}`, packet.message.origin);
      default:
        return this.acceptance.accept(packet.topic, packet.message.origin);
    }
  }

  private apply(packet: Packet, receivedAtMs: number): void {
    switch (packet.topic) {
      case "frame":
        this.noteTimes(packet.message);
        this.applyFrame(unpackFrame(packet.message, receivedAtMs));
        if (packet.message.origin) this.followed.hear(packet.message.origin, packet.message.tMs);
        break;
      case "window":
        this.noteTimes(packet.message); // a page that comes in a pause hears no frame
        this.applyWindow(packet.message, receivedAtMs);
        break;
      case "event":
        this.follow(packet.message.origin?.run ?? 0);
        this.events.add(packet.message);
        break;
      case "status":
        this.follow(packet.message.origin?.run ?? 0);
        this.status = packet.message;
        this.noteLast(packet.message.origin?.run ?? 0, packet.message.tMs);
        if (this.status.state === AgentState.PAUSED && this.nowMs > 0)
          this.pauses.begin(this.nowMs);
        this.statusReceivedAtMs = receivedAtMs;
        break;
      case "registry":
        this.applyRegistry(packet.message);
    }
  }

  private noteTimes({ origin, tMs, timing }: FrameResult | WindowResult): void {
    if (origin === undefined) return;
    this.noteLast(origin.run, tMs);
    if (timing === undefined || this.startedUnixMs.has(origin.run)) return;
    this.startedUnixMs.set(origin.run, Number(timing.receivedUnixUs / 1000n) - tMs);
  }

  private noteLast(run: number, tMs: number): void {
    this.lastMs.set(run, Math.max(tMs, this.lastMs.get(run) ?? 0));
  }

  private applyFrame(frame: AnalysedFrame): void {
    this.follow(frame.run);
    this.pauses.end(frame.tMs);
    this.nowMs = frame.tMs;
    this.frames.push(frame);
    if (frame.pose !== undefined) this.poses.push(frame.pose);
    if (frame.hands !== undefined) this.hands.push(frame.hands);
    this.facePresence.push(frame.tMs, PRESENCE[frame.face === undefined ? 0 : 1]);
    for (const value of frame.values) {
      seriesIn(this.ofFrames, value.measure).push(frame.tMs, value);
      if (this.displayWindowOf(value.measure) === 0) {
        this.current.set(value.measure, {
          value,
          tMs: frame.tMs,
          receivedAtMs: frame.receivedAtMs,
        });
      }
    }
    for (const listener of this.frameListeners) listener(frame);
  }

  private applyWindow(window: WindowResult, receivedAtMs: number): void {
    this.follow(window.origin?.run ?? 0);
    for (const value of window.values) {
      if (this.displayWindowOf(value.measure) !== window.windowMs) continue;
      seriesIn(this.ofWindows, value.measure).push(window.tMs, value);
      this.current.set(value.measure, { value, tMs: window.tMs, receivedAtMs });
    }
  }

  private applyRegistry(registry: Registry): void {
    if (registry.hash === this.registry?.hash) return;
    this.registry = registry;
    this.forgetValues(); // they were indices into another registry
    this.followed.clear();
  }

  /** A restarted agent counts its time from zero again. */
  private follow(run: number): void {
    if (run === this.run) return;
    this.run = run;
    this.forgetValues();
    this.followed.beginRun();
    this.pauses.clear();
    this.frames.clear();
    this.poses.clear();
    this.hands.clear();
    this.nowMs = 0;
  }

  private forgetValues(): void {
    this.current.clear();
    this.ofFrames.clear();
    this.ofWindows.clear();
    this.facePresence.clear();
  }

  private displayWindowOf(measure: number): number | undefined {
    return this.registry?.measures[measure]?.displayWindowMs;
  }
}

function seriesIn(map: Map<number, Series>, measure: number): Series {
  let series = map.get(measure);
  if (series === undefined) {
    series = new Series(SAMPLES_PER_SERIES);
    map.set(measure, series);
  }
  return series;
}
