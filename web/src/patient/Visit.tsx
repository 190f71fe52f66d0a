import { useEffect, useState } from "react";
import { type Api, isRefused, type Session, useSession } from "../api";
import { LoadingPage } from "../landing/LoadingPage";
import { CallScreen } from "./CallScreen";
import { ChoicesStep } from "./ChoicesStep";
import { DevicesStep } from "./DevicesStep";
import { DeniedScreen, InvitationProblem, LeftScreen, OverScreen } from "./EndScreens";
import { useRemembered } from "./remembered";
import { usePatientMedia } from "./usePatientMedia";
import { WaitingScreen } from "./WaitingScreen";
import { WelcomeStep } from "./WelcomeStep";

interface VisitProps {
  api: Api;
  sessionId: string;
  firstStep: Step;
  onGiveUp: () => void;
}

type Step = "welcome" | "choices" | "devices";
type Screen = Step | "waiting" | "call" | "left" | "denied" | "over";

/** Where nobody should see a camera light. */
const OUTSIDE: readonly Screen[] = ["left", "denied", "over"];

function screenOf({ state, patient }: Session, step: Step, hasLeft: boolean): Screen {
  if (state === "ended" || state === "expired") return "over";
  switch (patient.state) {
    case "denied":
    case "waiting":
      return patient.state;
    case "admitted":
    case "joined":
    // Also said of a page that was reloaded or lost its connection.
    case "left":
      return hasLeft ? "left" : "call";
    default:
      return step;
  }
}

/** From the redeemed invitation to the end of the consultation, one screen at a time. */
export function Visit({ api, sessionId, firstStep, onGiveUp }: VisitProps) {
  const { session, connection, refused } = useSession(api, sessionId);
  const media = usePatientMedia();
  const [step, setStep] = useState(firstStep);
  const [hasLeft, setHasLeft] = useRemembered(`left.${sessionId}`, false);

  const screen = refused || !session ? null : screenOf(session, step, hasLeft);
  const isOutside = refused !== null || (screen && OUTSIDE.includes(screen));
  useEffect(() => {
    if (!isOutside) return;
    void media.camera.stop();
    void media.microphone.stop();
  }, [isOutside, media]);

  if (isRefused(refused, 410))
    return <OverScreen session={session} sessionId={sessionId} api={api} />;
  if (refused) return <InvitationProblem error={refused} onSeat={() => location.reload()} />;
  if (!session || !screen) return <LoadingPage />;
  const shared = { api, session, media };
  switch (screen) {
    case "welcome":
      return <WelcomeStep sample={session.sample} onNext={() => setStep("choices")} />;
    case "choices":
      return (
        <ChoicesStep
          api={api}
          sessionId={sessionId}
          onBack={() => setStep("welcome")}
          onDone={() => setStep("devices")}
        />
      );
    case "devices":
      return <DevicesStep {...shared} onBack={() => setStep("choices")} />;
    case "waiting":
      return <WaitingScreen {...shared} connection={connection} />;
    case "call":
      return <CallScreen {...shared} connection={connection} onLeave={() => setHasLeft(true)} />;
    case "left":
      return <LeftScreen onReturn={() => setHasLeft(false)} />;
    case "denied":
      return <DeniedScreen onGiveUp={onGiveUp} />;
    case "over":
      return <OverScreen session={session} sessionId={sessionId} api={api} />;
  }
}
