import { useCallback, useEffect, useState } from "react";
import { isRefused, sentenceOf, watchLogin } from "../api";
import { LoadingPage } from "../landing/LoadingPage";
import { practitionerApi } from "./api";
import { keepJoinSecret } from "./joining";
import { SignedOutPage, SignInPage } from "./SignInPage";
import { StaysSignedIn } from "./StaysSignedIn";
import { signInFromFragment } from "./signIn";

interface PractitionerGateProps {
  /** What is inside notices by itself when the login is over. */
  isWatchedInside?: boolean;
  children: React.ReactNode;
}

/** Shows its children to a practitioner who is signed in, and the sign-in page to anybody else. */
export function PractitionerGate({ isWatchedInside = false, children }: PractitionerGateProps) {
  const [state, setState] = useState<"checking" | "in" | "out" | "over">("checking");
  const [error, setError] = useState<string | null>(null);

  const check = useCallback(async () => {
    keepJoinSecret();
    try {
      await signInFromFragment(practitionerApi);
      setError(null);
    } catch (reason) {
      setError(sentenceOf(reason));
    }
    try {
      await practitionerApi.me();
      setState("in");
    } catch (reason) {
      if (!isRefused(reason, 401)) setError(sentenceOf(reason));
      setState("out");
    }
  }, []);

  useEffect(() => {
    const look = () => void check();
    look();
    // A sign-in link opened in this very tab changes the fragment alone.
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, [check]);

  const over = useCallback(() => setState("over"), []);

  useEffect(() => {
    if (state !== "in" || isWatchedInside) return;
    const stop = new AbortController();
    void watchLogin(practitionerApi, over, stop.signal);
    return () => stop.abort();
  }, [state, isWatchedInside, over]);

  if (state === "checking") return <LoadingPage />;
  if (state === "over") return <SignedOutPage />;
  if (state === "out") return <SignInPage error={error} onSignedIn={() => void check()} />;
  return (
    <>
      {children}
      <StaysSignedIn onOver={over} />
    </>
  );
}
