import type { Room } from "livekit-client";
import { useMemo } from "react";
import type {
  AGENT_IDENTITY_PREFIX,
  LONGEST_MARK as LongestMark,
  Method,
} from "../../generated/api";

/** What a practitioner may ask of the agent. Each promise says whether it was heard. */
export interface Steering {
  setBaseline: () => Promise<boolean>;
  selectPerson: (person: number) => Promise<boolean>;
  /** pressedMs: of performance.now(), when its key was pressed. */
  mark: (label: string, pressedMs: number) => Promise<boolean>;
  /** Sends again what the page missed before it came. */
  snapshot: () => Promise<boolean>;
}

const ANSWER_WITHIN_MS = 5000;
export const LONGEST_MARK: LongestMark = 80;
const AGENT: AGENT_IDENTITY_PREFIX = "analysis-";

export function useSteering(room: Room, sessionId: string): Steering {
  return useMemo(() => {
    const ask = async (method: Method, payload = "") => {
      try {
        await room.localParticipant.performRpc({
          destinationIdentity: `${AGENT}${sessionId}`,
          method,
          payload,
          responseTimeout: ANSWER_WITHIN_MS,
        });
        return true;
      } catch {
        return false;
      }
    };
    return {
      setBaseline: () => ask("set_baseline"),
      selectPerson: (person) => ask("select_person", String(person)),
      mark: (label, pressedMs) =>
        ask(
          "mark",
          JSON.stringify({
            label: label.slice(0, LONGEST_MARK),
            ago_ms: Math.max(0, Math.round(performance.now() - pressedMs)),
          }),
        ),
      snapshot: () => ask("snapshot"),
    };
  }, [room, sessionId]);
}
