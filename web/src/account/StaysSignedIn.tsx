import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isRefused, type LoginLasts } from "../api";
import { Button, Dialog } from "../components";
import styles from "./account.module.css";
import { accountApi } from "./api";
import { type Outlook, outlook } from "./outlook";
import { signInAgain } from "./signIn";

const TOLD_AT_MOST_EVERY_MS = 30_000;
const ASK_AGAIN_S = 10;
const TOUCHES = ["pointerdown", "keydown"] as const;

/** Tells the service that somebody is there, warns before the login ends, and says when it is over.
 *  Whether it is over the service decides: another tab may be in use, or a call may be on. */
export function StaysSignedIn({ onOver }: { onOver: () => void }) {
  const { t } = useTranslation("account");
  const [warning, setWarning] = useState<Outlook["warning"]>(null);
  const timer = useRef<number>(undefined);
  const toldAt = useRef(0);
  const hasRead = useRef(false);

  const ask = useCallback(
    async (question: () => Promise<LoginLasts>) => {
      let lookInS = ASK_AGAIN_S;
      try {
        const ahead = outlook(await question());
        setWarning(ahead.warning === "age" && hasRead.current ? null : ahead.warning);
        lookInS = ahead.lookInS;
      } catch (reason) {
        if (isRefused(reason, 401)) return onOver();
      }
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => void ask(accountApi.loginLasts), lookInS * 1000);
    },
    [onOver],
  );

  useEffect(() => {
    void ask(accountApi.loginLasts);
    return () => window.clearTimeout(timer.current);
  }, [ask]);

  useEffect(() => {
    const touched = () => {
      if (warning !== "idle" && Date.now() - toldAt.current < TOLD_AT_MOST_EVERY_MS) return;
      toldAt.current = Date.now();
      void ask(accountApi.active);
    };
    // On their way down: buttons let nothing of a press through on its way up.
    for (const touch of TOUCHES) window.addEventListener(touch, touched, true);
    return () => {
      for (const touch of TOUCHES) window.removeEventListener(touch, touched, true);
    };
  }, [ask, warning]);

  if (!warning) return null;
  const stay = () => void ask(accountApi.active);
  const close = () => {
    if (warning === "idle") return stay(); // the answer closes it
    hasRead.current = true; // no touch puts its age off: once is enough
    setWarning(null);
  };
  return (
    <Dialog title={t(`stay.${warning}.title`)} isOpen onOpenChange={close}>
      <div className={styles.stack}>
        <p>{t(`stay.${warning}.text`)}</p>
        <Button look="primary" size="large" onPress={warning === "idle" ? stay : signInAgain}>
          {t(`stay.${warning}.enter`)}
        </Button>
      </div>
    </Dialog>
  );
}
