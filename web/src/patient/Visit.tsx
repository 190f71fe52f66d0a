import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { type Api, isOver, isProblem, isRefused, type Session, useSession } from "../api";
import { LoadingPage } from "../landing/LoadingPage";
import { useCallBack } from "../notify/notify";
import { useAnswers } from "./answers";
import { CallScreen } from "./CallScreen";
import { ChoicesStep } from "./ChoicesStep";
import { DevicesStep } from "./DevicesStep";
import {
  CancelledScreen,
  DeniedScreen,
  InvitationProblem,
  LeftScreen,
  OverScreen,
} from "./EndScreens";
import { useRemembered } from "./remembered";
import { isQuestion, reachable, type Step, type Steps } from "./steps";
import { usePatientMedia } from "./usePatientMedia";
import { WaitingScreen } from "./WaitingScreen";
import { WelcomeStep } from "./WelcomeStep";

interface VisitProps {
  api: Api;
  sessionId: string;
  steps: Steps;
  onGiveUp: () => void;
}

type Screen = Step | "call" | "left" | "denied" | "over";

/** Where nobody should see a camera light. */
const OUTSIDE: readonly Screen[] = ["left", "denied", "over"];

function screenOf(session: Session, step: Step | null, hasLeft: boolean): Screen {
  if (isOver(session)) return "over";
  switch (session.patient.state) {
    case "denied":
      return "denied";
    // Who waits may be let in at any moment: it is no time to answer questions again.
    case "waiting":
      return step === null || step === "waiting" ? "waiting" : "devices";
    case "admitted":
    case "joined":
    // Also said of a page that was reloaded or lost its connection.
    case "left":
      return hasLeft ? "left" : "call";
    // The service has not told yet that the family waits.
    default:
      return step === "waiting" ? "devices" : (step ?? "welcome");
  }
}

/** From the redeemed invitation to the end of the consultation, one screen at a time. */
export function Visit({ api, sessionId, steps, onGiveUp }: VisitProps) {
  const { t } = useTranslation("patient");
  const { session, connection, refused } = useSession(api, sessionId);
  const media = usePatientMedia();
  const [answers, setAnswers] = useAnswers(sessionId);
  const [hasLeft, setHasLeft] = useRemembered(`left.${sessionId}`, false);

  const step = steps.step && reachable(steps.step, answers);
  const screen = refused || !session ? null : screenOf(session, step, hasLeft);
  const isOutside = refused !== null || (screen && OUTSIDE.includes(screen));
  useEffect(() => {
    if (!isOutside) return;
    void media.camera.stop();
    void media.microphone.stop();
  }, [isOutside, media]);

  const word = session?.patient.waiting_word;
  const isLetIn = screen === "call";
  useCallBack(
    isLetIn ? "let in" : (word?.said_at ?? null),
    t(isLetIn ? "waiting.letIn" : "waiting.word"),
  );

  if (isProblem(refused, "session-cancelled")) return <CancelledScreen />;
  if (isRefused(refused, 410))
    return <OverScreen session={session} sessionId={sessionId} api={api} />;
  if (refused) return <InvitationProblem error={refused} onSeat={() => location.reload()} />;
  if (!session || !screen) return <LoadingPage isUnreachable={connection === "lost"} />;
  const shared = { api, session, media };
  if (isQuestion(screen)) {
    return (
      <ChoicesStep
        api={api}
        session={session}
        asked={screen}
        answers={answers}
        onAnswers={setAnswers}
        onNext={steps.goTo}
        onBack={steps.goBack}
      />
    );
  }
  switch (screen) {
    case "welcome":
      return <WelcomeStep sample={session.sample} onNext={() => steps.goTo("live_analysis")} />;
    case "devices":
      return (
        <DevicesStep
          {...shared}
          onReady={() => steps.goTo("waiting")}
          onBack={session.patient.state === "waiting" ? undefined : steps.goBack}
        />
      );
    case "waiting":
      return <WaitingScreen {...shared} connection={connection} />;
    case "call":
      return <CallScreen {...shared} connection={connection} onLeave={() => setHasLeft(true)} />;
    case "left":
      return <LeftScreen onReturn={() => setHasLeft(false)} />;
    case "denied":
      return <DeniedScreen onGiveUp={onGiveUp} />;
    case "over":
      if (session.state === "cancelled") return <CancelledScreen />;
      return <OverScreen session={session} sessionId={sessionId} api={api} />;
  }
}
