import { useCallback, useEffect, useState } from "react";
import { isRefused, sentenceOf } from "../api";
import { LoadingPage } from "../landing/LoadingPage";
import { practitionerApi } from "./api";
import { SignInPage } from "./SignInPage";
import { signInFromFragment } from "./signIn";

/** Shows its children to a practitioner who is signed in, and the sign-in page to anybody else. */
export function PractitionerGate({ children }: { children: React.ReactNode }) {
  const [state, setState] = useState<"checking" | "in" | "out">("checking");
  const [error, setError] = useState<string | null>(null);

  const check = useCallback(async () => {
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

  if (state === "checking") return <LoadingPage />;
  if (state === "out") return <SignInPage error={error} onSignedIn={() => void check()} />;
  return children;
}
