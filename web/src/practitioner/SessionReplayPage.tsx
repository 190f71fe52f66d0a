import { useTranslation } from "react-i18next";
import { Gate } from "../account/Gate";
import { ServiceReplay } from "../replay/ServiceReplay";

export default function SessionReplayPage() {
  const { t } = useTranslation("practitioner");
  return (
    <Gate of="practitioner">
      <ServiceReplay home={{ to: "/practitioner", label: t("session.all") }} />
    </Gate>
  );
}
