import { useCallback, useEffect, useRef, useState } from "react";
import { type Api, backoffSeconds, isRefused, type Session, sleep } from "../api";
import type { PatientMedia } from "./usePatientMedia";

/** A pause that the service has not confirmed by then is made by the page: it stops the camera. */
const CONFIRMATION_LIMIT_S = 1;

export interface Pause {
  isPausing: boolean;
  isResuming: boolean;
  /** The service did not confirm in time: the camera is off and stays off until it does. */
  isUnconfirmed: boolean;
  /** The service will not confirm it: the camera is off, and the family's to turn on. */
  wasRefused: boolean;
  /** The page had stopped the camera, and the service has confirmed the pause since. */
  wasConfirmedLate: boolean;
  /** Why the analysis did not resume; null when it did. */
  notResumed: unknown;
  pause: () => void;
  resume: () => void;
}

type Stage = "none" | "pausing" | "unconfirmed" | "refused" | "late" | "resuming";

export function usePause(api: Api, session: Session, media: PatientMedia): Pause {
  const [stage, setStage] = useState<Stage>("none");
  const [notResumed, setNotResumed] = useState<unknown>(null);
  const stop = useRef(new AbortController());
  useEffect(() => {
    stop.current = new AbortController();
    return () => stop.current.abort();
  }, []);

  const pause = useCallback(async () => {
    const { signal } = stop.current;
    setStage("pausing");
    setNotResumed(null);
    const answered = insist(api, session.id, signal);
    const inTime = await Promise.race([answered, sleep(CONFIRMATION_LIMIT_S).then(() => false)]);
    if (inTime) return setStage("none");
    media.setCamera(false);
    setStage("unconfirmed");
    setStage((await answered) ? "late" : "refused");
  }, [api, session.id, media]);

  const resume = useCallback(async () => {
    setStage("resuming");
    await api.setPaused(session.id, false).then(() => setNotResumed(null), setNotResumed);
    setStage("none");
  }, [api, session.id]);

  const isPaused = session.patient.analysis === "paused";
  return {
    isPausing: stage === "pausing",
    isResuming: stage === "resuming",
    isUnconfirmed: stage === "unconfirmed",
    wasRefused: stage === "refused",
    wasConfirmedLate: stage === "late" && isPaused,
    // It may have resumed all the same, though its answer was lost.
    notResumed: isPaused ? notResumed : null,
    pause: () => void pause(),
    resume: () => void resume(),
  };
}

/** Asks for the pause until the service confirms it; false when it is refused or nobody waits. */
async function insist(api: Api, sessionId: string, signal: AbortSignal): Promise<boolean> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await api.setPaused(sessionId, true, signal);
      return true;
    } catch (error) {
      if (isRefused(error, 401, 403, 404, 409, 410)) return false;
      await sleep(backoffSeconds(attempt), signal);
    }
  }
  return false;
}
