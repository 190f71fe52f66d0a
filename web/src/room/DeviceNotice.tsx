import { useTranslation } from "react-i18next";
import { Button, Notice } from "../components";
import { browserFamily } from "./browserFamily";
import type { DeviceProblem } from "./localDevice";

interface DeviceNoticeProps {
  kind?: "info" | "broken";
  device: "camera" | "microphone" | "both";
  problem: DeviceProblem | null;
  onRetry: () => void;
  /** For whom the call is worth having without it. */
  onGoOnWithout?: () => void;
}

/** Why the camera or the microphone does not work, and what to do; nothing when it does. */
export function DeviceNotice({
  kind = "broken",
  device,
  problem,
  onRetry,
  onGoOnWithout,
}: DeviceNoticeProps) {
  const { t } = useTranslation("room");
  if (!problem) return null;
  return (
    <Notice
      kind={kind}
      title={kind === "broken" ? t(device) : undefined}
      actions={
        <>
          <Button onPress={onRetry}>{t("common:retry")}</Button>
          {onGoOnWithout && <Button onPress={onGoOnWithout}>{t("goOnWithout")}</Button>}
        </>
      }
    >
      <p>{t(`problems.${device}.${problem}`)}</p>
      {problem === "denied" && <p>{t(`allow.${browserFamily(navigator)}`)}</p>}
    </Notice>
  );
}
