import { useEffect, useMemo, useState } from "react";
import { Api, forgetSeat, type Seat } from "../api";
import { LoadingPage } from "../landing/LoadingPage";
import { InvitationProblem } from "./EndScreens";
import { takeSeat } from "./invitation";
import { Visit } from "./Visit";

export default function PatientPage() {
  const [seat, setSeat] = useState<Seat | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [isLooking, setLooking] = useState(true);

  useEffect(() => {
    const look = () =>
      void takeSeat()
        .then(setSeat, setProblem)
        .finally(() => setLooking(false));
    look();
    // Another invitation opened in this very tab changes the fragment alone.
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, []);

  const api = useMemo(() => (seat ? new Api(seat.credential) : null), [seat]);
  if (isLooking) return <LoadingPage />;
  const enterCode = (entered: Seat) => {
    setProblem(null);
    setSeat(entered);
  };
  if (!seat || !api) return <InvitationProblem error={problem} onSeat={enterCode} />;
  const giveUp = () => {
    forgetSeat();
    setSeat(null);
  };
  return <Visit key={seat.credential} api={api} sessionId={seat.session_id} onGiveUp={giveUp} />;
}
