import { useCallback, useEffect, useState } from "react";
import { Navigate, useLocation } from "react-router";
import { type AccountRole, isRefused, type Me, sentenceOf, watchLogin } from "../api";
import { LoadingPage } from "../landing/LoadingPage";
import { accountApi } from "./api";
import { isJoining, keepJoinSecret } from "./joining";
import { MeProvider, useMe } from "./me";
import { NoRolePage, NotYourRolePage } from "./NoRolePage";
import { HOME, partsOf } from "./parts";
import { SignedOutPage, SignInPage } from "./SignInPage";
import { StaysSignedIn } from "./StaysSignedIn";
import { signInFromFragment } from "./signIn";

interface GateProps {
  /** Whom the page is for. */
  of: AccountRole;
  /** What is inside notices by itself when the login is over. */
  isWatchedInside?: boolean;
  children: React.ReactNode;
}

/** Shows its children to somebody who is signed in and has the role, the sign-in page to whoever is
 *  not, and to anybody else where they may go on. */
export function Gate({ of, isWatchedInside = false, children }: GateProps) {
  const [state, setState] = useState<"checking" | "in" | "out" | "over">("checking");
  const [me, setMe] = useState<Me | null>(null);
  const [error, setError] = useState<string | null>(null);

  const check = useCallback(async () => {
    keepJoinSecret();
    try {
      await signInFromFragment(accountApi);
      setError(null);
    } catch (reason) {
      setError(sentenceOf(reason));
    }
    try {
      setMe(await accountApi.me());
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
    void watchLogin(accountApi, over, stop.signal);
    return () => stop.abort();
  }, [state, isWatchedInside, over]);

  if (state === "over") return <SignedOutPage />;
  if (state === "out") return <SignInPage error={error} onSignedIn={() => void check()} />;
  if (!me) return <LoadingPage />;
  return (
    <MeProvider value={me}>
      <Opened of={of} onLookAgain={() => void check()}>
        {children}
      </Opened>
      <StaysSignedIn onOver={over} />
    </MeProvider>
  );
}

interface OpenedProps extends Pick<GateProps, "of" | "children"> {
  onLookAgain: () => void;
}

function Opened({ of, onLookAgain, children }: OpenedProps) {
  const { roles } = useMe();
  const { pathname } = useLocation();
  const [first] = partsOf(roles);
  if (roles.includes(of)) return children;
  if (!first) return <NoRolePage onLookAgain={onLookAgain} />;
  const isLanding = pathname === HOME && !isJoining();
  return isLanding ? <Navigate to={first.to} replace /> : <NotYourRolePage />;
}
