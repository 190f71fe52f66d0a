import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Notice, Page } from "../components";
import { LoadingPage } from "../landing/LoadingPage";
import { openReplay, ReplayError } from "./api";
import { ReplayView } from "./ReplayView";
import { Recording } from "./recording";
import styles from "./replay.module.css";
import "../analysis/quality.css";

type Problem = "link" | "unreadable" | "unreachable";

/** The researcher's page of one recorded session, served by `epedicare replay` on one's own computer. */
export default function ReplayPage() {
  const { t } = useTranslation("replay");
  const [recording, setRecording] = useState<Recording | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  useEffect(() => {
    openOnce().then(setRecording, (reason: unknown) => setProblem(problemOf(reason)));
  }, []);

  if (recording) return <ReplayView recording={recording} />;
  if (!problem) return <LoadingPage />;
  return (
    <Page title={t("title")}>
      <div className={styles.problem}>
        <h1>{t("title")}</h1>
        <Notice kind="broken">{t(`problems.${problem}`)}</Notice>
      </div>
    </Page>
  );
}

let opening: Promise<Recording> | undefined;

/** The token in the address works once, so it is used once, and it leaves the history. */
function openOnce(): Promise<Recording> {
  opening ??= (async () => {
    const token = location.hash.slice(1);
    if (token !== "") {
      history.replaceState(history.state, "", location.pathname + location.search);
      await openReplay(token);
    }
    return Recording.open();
  })();
  return opening;
}

function problemOf(reason: unknown): Problem {
  if (!(reason instanceof ReplayError)) return "unreachable";
  return reason.status < 500 ? "link" : "unreadable";
}
