import type { Api } from "../api";

const FRAGMENT = "#sign-in=";

/** The secret of a sign-in link or of what a person pasted (the link, or the secret alone). */
export function secretIn(text: string): string | null {
  const start = text.indexOf(FRAGMENT);
  const secret = (start < 0 ? text : text.slice(start + FRAGMENT.length)).trim();
  return secret || null;
}

let fromFragment: Promise<void> | null = null;

/** Signs in with the page's #sign-in=… fragment, if any, and clears it from the address and the
 *  history. The secret works once, so a second caller waits for the first one's answer. */
export function signInFromFragment(api: Api): Promise<void> | null {
  if (location.hash.startsWith(FRAGMENT)) {
    const secret = secretIn(location.hash);
    history.replaceState(history.state, "", location.pathname + location.search);
    if (secret) {
      fromFragment = api.signIn(secret).finally(() => {
        fromFragment = null;
      });
    }
  }
  return fromFragment;
}
