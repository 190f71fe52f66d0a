import { type Api, SignInFailed } from "../api";

const SECRET = "#sign-in=";
const KEY = "#signed-in=";
const FAILED = /^#(sign-in-[a-z-]+)$/;

/** The secret of a sign-in link or of what a person pasted (the link, or the secret alone). */
export function secretIn(text: string): string | null {
  const start = text.indexOf(SECRET);
  const secret = (start < 0 ? text : text.slice(start + SECRET.length)).trim();
  return secret || null;
}

/** Why the provider's sign-in came to nothing: the name of a sentence in problems.json. */
export function failureIn(hash: string): string | null {
  return FAILED.exec(hash)?.[1] ?? null;
}

let fromFragment: Promise<void> | null = null;

/** Signs in with what the page's fragment holds, if anything, and clears it from the address and the
 *  history: #sign-in=… is a secret that works once, #signed-in=… what the provider's sign-in ends
 *  with. A second caller waits for the first one's answer. */
export function signInFromFragment(api: Api): Promise<void> | null {
  const signIn = fromHash(api, location.hash);
  if (signIn) {
    history.replaceState(history.state, "", location.pathname + location.search);
    fromFragment = signIn().finally(() => {
      fromFragment = null;
    });
  }
  return fromFragment;
}

function fromHash(api: Api, hash: string): (() => Promise<void>) | null {
  const secret = hash.startsWith(SECRET) && secretIn(hash);
  if (secret) return () => api.signIn(secret);
  if (hash.startsWith(KEY)) return () => api.signInWithKey(hash.slice(KEY.length));
  const failure = failureIn(hash);
  return failure ? () => Promise.reject(new SignInFailed(failure)) : null;
}

/** To the provider, and back to this page. */
export function signInAgain(): void {
  location.assign(`/api/v1/sign-in/start?page=${encodeURIComponent(location.pathname)}`);
}
