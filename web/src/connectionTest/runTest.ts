import { type CheckInfo, CheckStatus, ConnectionCheck } from "livekit-client";
import type { JoinToken } from "../api";
import { type Arrived, PublishCheck } from "./PublishCheck";

export const STEPS = ["websocket", "webrtc", "turn", "publish"] as const;

export type Step = (typeof STEPS)[number];
/** Not there: nothing of the kind is set up. Untried: a step before it failed. */
export type Outcome = "waiting" | "running" | "good" | "failed" | "notThere" | "untried";

export interface Found {
  outcomes: Record<Step, Outcome>;
  arrived: Arrived | null;
}

export const AT_FIRST: Found = {
  outcomes: { websocket: "waiting", webrtc: "waiting", turn: "waiting", publish: "waiting" },
  arrived: null,
};

/** Without these nothing else can work. */
const NEEDED: readonly Step[] = ["websocket", "webrtc"];

/** One step after the other, told as it goes. */
export async function runTest(
  { server_url, participant_token }: JoinToken,
  tell: (found: Found) => void,
  signal: AbortSignal,
): Promise<Found> {
  const check = new ConnectionCheck(server_url, participant_token, {
    connectOptions: { maxRetries: 0 },
  });
  const run: Record<Step, () => Promise<CheckInfo>> = {
    websocket: () => check.checkWebsocket(),
    webrtc: () => check.checkWebRTC(),
    turn: () => check.checkTURN(),
    publish: () => check.createAndRunCheck(PublishCheck),
  };
  let found = AT_FIRST;
  const say = (step: Step, outcome: Outcome, arrived = found.arrived) => {
    found = { outcomes: { ...found.outcomes, [step]: outcome }, arrived };
    if (!signal.aborted) tell(found);
  };
  for (const step of STEPS) {
    if (signal.aborted) break;
    if (NEEDED.some((needed) => found.outcomes[needed] === "failed")) {
      say(step, "untried");
      continue;
    }
    say(step, "running");
    const { status, data } = await run[step]();
    say(step, outcomeOf(status), (data as Arrived | undefined) ?? null);
  }
  return found;
}

function outcomeOf(status: CheckStatus): Outcome {
  if (status === CheckStatus.SKIPPED) return "notThere";
  return status === CheckStatus.SUCCESS ? "good" : "failed";
}

/** The call would work on this line, as far as can be told. */
export function isReady({ outcomes }: Found): boolean {
  return ["websocket", "webrtc", "publish"].every((step) => outcomes[step as Step] === "good");
}
