import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { Guarded } from "./Guarded";
import { Notice } from "./Notice";

/** One part of a call or a replay could not be drawn; the others go on. */
export function FailedPart() {
  const { t } = useTranslation();
  return (
    <Notice
      kind="broken"
      actions={<Button onPress={() => location.reload()}>{t("failed.reload")}</Button>}
    >
      {t("failed.part")}
    </Notice>
  );
}

/** A part of a page that says so when it cannot be drawn. */
export function Part({ children }: { children: React.ReactNode }) {
  return <Guarded fallback={<FailedPart />}>{children}</Guarded>;
}
