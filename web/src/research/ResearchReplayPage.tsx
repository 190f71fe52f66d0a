import { useTranslation } from "react-i18next";
import { Gate } from "../account/Gate";
import { ServiceReplay } from "../replay/ServiceReplay";

export default function ResearchReplayPage() {
  const { t } = useTranslation("research");
  return (
    <Gate of="researcher">
      <ServiceReplay home={{ to: "/research", label: t("all") }} />
    </Gate>
  );
}
