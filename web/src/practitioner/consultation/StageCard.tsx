import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Api, type PictureTest, type Session, sentenceOf } from "../../api";
import { Button, Notice } from "../../components";
import { problemsOf } from "../../pictureTest/pictureTest";
import { InvitePanel } from "../InvitePanel";
import { Agreed } from "./Agreed";
import type { CallState } from "./callState";
import styles from "./stage.module.css";
import { TellWaiting } from "./TellWaiting";

interface StageCardProps {
  session: Session;
  api: Api;
  state: CallState;
  /** In the room, but with the camera off. */
  isCameraOff: boolean;
}

/** In the place of the picture while there is none: what is going on, and what can be done. */
export function StageCard({ session, api, state, isCameraOff }: StageCardProps) {
  const { t } = useTranslation("consultation");
  // Without an analysis, the camera is all that there is to say of the picture.
  const isPlain = isCameraOff && state !== "cameraOff";
  return (
    <div className={styles.card}>
      <p className={styles.cardText}>{isPlain ? t("stage.cameraOff") : t(`sentences.${state}`)}</p>
      {state === "patientWaiting" && (
        <>
          <Agreed session={session} />
          {session.patient.picture_test && <PictureFound found={session.patient.picture_test} />}
          {session.i_am !== "observer" && (
            <>
              <Admission session={session} api={api} />
              <TellWaiting session={session} api={api} />
            </>
          )}
        </>
      )}
      {canInvite(state) && session.i_am === "owner" && <InvitePanel session={session} />}
    </div>
  );
}

/** What the family's page found of its picture, to be measured on. */
function PictureFound({ found }: { found: PictureTest }) {
  const { t } = useTranslation("consultation");
  const problems = problemsOf(found);
  return (
    <div className={styles.agreed}>
      {problems.length === 0 && <p>{t("picture.good")}</p>}
      {problems.map((problem) => (
        <p key={problem}>{t(`picture.${problem}`)}</p>
      ))}
      <p className="quiet">
        {t("picture.numbers", {
          width: found.width_px,
          height: found.height_px,
          hz: found.frame_hz,
        })}
      </p>
    </div>
  );
}

function canInvite(state: CallState): boolean {
  return ["notInvited", "waitingForPatient", "denied", "left"].includes(state);
}

function Admission({ session, api }: { session: Session; api: Api }) {
  const { t } = useTranslation("consultation");
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const decide = async (decision: (id: string) => Promise<Session>) => {
    setPending(true);
    setError(null);
    await decision(session.id).catch(setError);
    setPending(false);
  };
  return (
    <>
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
      <div className={styles.cardActions}>
        <Button
          look="primary"
          size="large"
          isDisabled={isPending}
          onPress={() => void decide(api.admit)}
        >
          {t("admission.admit")}
        </Button>
        <Button size="large" isDisabled={isPending} onPress={() => void decide(api.deny)}>
          {t("admission.deny")}
        </Button>
      </div>
    </>
  );
}
