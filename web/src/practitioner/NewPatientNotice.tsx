import { useTranslation } from "react-i18next";
import { Button, Notice } from "../components";

interface NewPatientNoticeProps {
  code: string;
  isBusy: boolean;
  onMake: () => void;
}

/** A code that nobody has is never made by the way: it may be mistyped. */
export function NewPatientNotice({ code, isBusy, onMake }: NewPatientNoticeProps) {
  const { t } = useTranslation("practitioner");
  return (
    <Notice
      title={t("form.unknown.title", { code })}
      actions={
        <Button isBusy={isBusy} onPress={onMake}>
          {t("form.unknown.make")}
        </Button>
      }
    >
      {t("form.unknown.text")}
    </Notice>
  );
}
