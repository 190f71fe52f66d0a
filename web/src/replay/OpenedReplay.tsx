import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Notice, Page } from "../components";
import { LoadingPage } from "../landing/LoadingPage";
import { ReplayError } from "./api";
import { ReplayView } from "./ReplayView";
import type { Recording } from "./recording";
import styles from "./replay.module.css";
import "../analysis/quality.css";

type Problem = "link" | "unreadable" | "unreachable";

const OF_THE_SERVICE = { link: "nothing-kept", unreadable: "server", unreachable: "unreachable" };

interface OpenedReplayProps {
  open: () => Promise<Recording>;
  /** By the service, and not by `epedicare replay`. */
  isOfService?: boolean;
  /** Where one comes from, in words. */
  home?: { to: string; label: string };
}

/** A recording, or why it cannot be shown. */
export function OpenedReplay({ open, isOfService = false, home }: OpenedReplayProps) {
  const { t } = useTranslation("replay");
  const [recording, setRecording] = useState<Recording | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once.
  useEffect(() => {
    const problemOf = (reason: unknown): Problem => {
      if (!(reason instanceof ReplayError)) return "unreachable";
      return reason.status < 500 ? "link" : "unreadable";
    };
    open().then(setRecording, (reason: unknown) => setProblem(problemOf(reason)));
  }, []);

  if (recording) return <ReplayView recording={recording} home={home} />;
  if (!problem) return <LoadingPage />;
  return (
    <Page title={t("title")}>
      <div className={styles.problem}>
        <h1>{t("title")}</h1>
        <Notice kind="broken">
          {t(isOfService ? `problems:${OF_THE_SERVICE[problem]}` : `problems.${problem}`)}
        </Notice>
        {home && (
          <p>
            <Link to={home.to}>{home.label}</Link>
          </p>
        )}
      </div>
    </Page>
  );
}
