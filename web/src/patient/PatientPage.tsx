import { useCallback, useEffect, useMemo, useState } from "react";
import { Api, forgetSeat, type Seat } from "../api";
import { LoadingPage } from "../landing/LoadingPage";
import { InvitationProblem } from "./EndScreens";
import { accept, type Door, findDoor } from "./invitation";
import { useSteps } from "./steps";
import { TooEarly } from "./TooEarly";
import { Visit } from "./Visit";
import { WelcomeStep } from "./WelcomeStep";

export default function PatientPage() {
  const [door, setDoor] = useState<Door | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [isLooking, setLooking] = useState(true);
  const steps = useSteps();

  const wait = useCallback((found: Promise<Door | null>) => {
    const enter = (there: Door | null) => {
      setProblem(null);
      setDoor(there);
    };
    void found.then(enter, setProblem).finally(() => setLooking(false));
  }, []);
  const look = useCallback(() => wait(findDoor()), [wait]);
  useEffect(() => {
    look();
    // Another invitation opened in this very tab changes the fragment alone.
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, [look]);

  const seat = door?.kind === "seated" ? door.seat : null;
  // The link opened again finds the seat that is held: nothing is built anew under a finger.
  const credential = seat?.credential;
  const api = useMemo(() => (credential ? new Api(credential) : null), [credential]);
  if (isLooking) return <LoadingPage />;
  const enterCode = (entered: Seat) => {
    setProblem(null);
    setDoor({ kind: "seated", seat: entered, isNew: false });
  };
  if (!door || problem !== null) return <InvitationProblem error={problem} onSeat={enterCode} />;
  if (door.kind === "invited") {
    const goOn = () => {
      setLooking(true);
      const accepted = accept(door.secret).then((there) => {
        // The welcome was read before the seat was taken.
        if (there.kind === "seated" && there.isNew) steps.goTo("live_analysis");
        return there;
      });
      wait(accepted);
    };
    if (door.opensAt) return <TooEarly opensAt={door.opensAt} secret={door.secret} onLook={look} />;
    return <WelcomeStep sample={false} onNext={goOn} />;
  }
  if (!seat || !api) return <LoadingPage />;
  const giveUp = () => {
    forgetSeat();
    setDoor(null);
  };
  return (
    <Visit
      key={seat.credential}
      api={api}
      sessionId={seat.session_id}
      steps={steps}
      onGiveUp={giveUp}
    />
  );
}
