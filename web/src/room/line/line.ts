import type { Flow } from "./flow";

/** The call's connection, in both directions; null: nothing comes or goes. */
export interface Line {
  picture: { received: Flow | null; sent: Flow | null };
  sound: { received: Flow | null; sent: Flow | null };
}

export const NO_LINE: Line = {
  picture: { received: null, sent: null },
  sound: { received: null, sent: null },
};

export type Trouble =
  | { kind: "losesReceived" | "losesSent"; value: number }
  | { kind: "slow" | "uneven"; value: number }
  | { kind: "fewPictures"; value: number }
  | { kind: "narrow" | "busy"; value: 0 };

/** From here on a line is told to be weak. */
export const WEAK = { lostPercent: 2, roundTripMs: 300, jitterMs: 50, hz: 15 };

/** What is wrong with the line, the most telling first; null: nothing that shows. */
export function troubleOf({ picture, sound }: Line): Trouble | null {
  const { received, sent } = picture;
  const all = [received, sent, sound.received, sound.sent].filter((flow) => flow !== null);
  const most = (value: (flow: Flow) => number | null) =>
    Math.max(0, ...all.map((flow) => value(flow) ?? 0));
  const lost = (...flows: (Flow | null)[]) =>
    Math.round(Math.max(0, ...flows.map((flow) => flow?.lostPercent ?? 0)));
  const [lostReceived, lostSent] = [lost(received, sound.received), lost(sent, sound.sent)];
  if (Math.max(lostReceived, lostSent) >= WEAK.lostPercent) {
    return lostReceived >= lostSent
      ? { kind: "losesReceived", value: lostReceived }
      : { kind: "losesSent", value: lostSent };
  }
  const roundTripMs = Math.round(most((flow) => flow.roundTripMs));
  if (roundTripMs >= WEAK.roundTripMs) return { kind: "slow", value: roundTripMs };
  const jitterMs = Math.round(most((flow) => flow.jitterMs));
  if (jitterMs >= WEAK.jitterMs) return { kind: "uneven", value: jitterMs };
  if (received && received.hz < WEAK.hz)
    return { kind: "fewPictures", value: Math.round(received.hz) };
  if (sent?.limitedBy === "bandwidth") return { kind: "narrow", value: 0 };
  if (sent?.limitedBy === "cpu") return { kind: "busy", value: 0 };
  return null;
}
