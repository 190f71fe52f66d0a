import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type JoinToken, sentenceOf } from "../api";
import { Button, Icon, Notice, Spinner, StatusLine } from "../components";
import styles from "./connectionTest.module.css";
import { AT_FIRST, type Found, isReady, type Outcome, runTest, STEPS } from "./runTest";

interface ConnectionTestProps {
  /** A token of a room that is thrown away. */
  ask: () => Promise<JoinToken>;
}

/** Tries the line to the call's server, and says of each step what to do where it fails. */
export function ConnectionTest({ ask }: ConnectionTestProps) {
  const { t } = useTranslation("room");
  const [found, setFound] = useState<Found | null>(null);
  const [host, setHost] = useState("");
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const run = async () => {
    const running = new AbortController();
    stop.current = running;
    setRunning(true);
    setError(null);
    setFound(AT_FIRST);
    try {
      const token = await ask();
      setHost(new URL(token.server_url).host);
      await runTest(token, setFound, running.signal);
    } catch (reason) {
      setFound(null);
      setError(reason);
    }
    setRunning(false);
  };

  return (
    <section className={styles.test} aria-label={t("test.title")}>
      <Button isBusy={isRunning} onPress={() => void run()}>
        {t(found && !isRunning ? "test.again" : "test.begin")}
      </Button>
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
      {found && (
        <ol className={styles.steps}>
          {STEPS.map((step) => (
            <li key={step} className={styles.step} data-outcome={found.outcomes[step]}>
              <OutcomeMark outcome={found.outcomes[step]} />
              <div>
                <p>{t(`test.steps.${step}`)}</p>
                {found.outcomes[step] === "failed" && <p>{t(`test.failed.${step}`, { host })}</p>}
                {found.outcomes[step] === "notThere" && (
                  <p className="quiet">{t("test.noDetour")}</p>
                )}
                {step === "publish" && found.arrived && (
                  <p className="quiet">{t("test.arrived", { ...found.arrived })}</p>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
      <StatusLine>
        {found && !isRunning && (
          <p className={styles.verdict}>{t(isReady(found) ? "test.ready" : "test.notReady")}</p>
        )}
      </StatusLine>
    </section>
  );
}

function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation("room");
  return (
    <span className={styles.mark}>
      {outcome === "running" && <Spinner />}
      {outcome === "good" && <Icon name="check" />}
      {outcome === "failed" && <Icon name="warning" />}
      {outcome === "notThere" && <Icon name="info" />}
      <span className="visually-hidden">{t(`test.outcomes.${outcome}`)}</span>
    </span>
  );
}
