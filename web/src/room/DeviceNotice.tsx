import { useTranslation } from "react-i18next";
import { Button, Notice } from "../components";
import type { DeviceProblem } from "../room";

interface DeviceNoticeProps {
  device: "camera" | "microphone";
  problem: DeviceProblem | null;
  onRetry: () => void;
}

/** Why the camera or the microphone does not work, and what to do; nothing when it does. */
export function DeviceNotice({ device, problem, onRetry }: DeviceNoticeProps) {
  const { t } = useTranslation("room");
  if (!problem) return null;
  return (
    <Notice
      kind="broken"
      title={t(device)}
      actions={<Button onPress={onRetry}>{t("common:retry")}</Button>}
    >
      {t(`problems.${device}.${problem}`)}
    </Notice>
  );
}
