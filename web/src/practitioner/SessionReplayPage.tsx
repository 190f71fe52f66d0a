import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { ReplayApi } from "../replay/api";
import { OpenedReplay } from "../replay/OpenedReplay";
import { Recording } from "../replay/recording";
import { practitionerApi } from "./api";
import { PractitionerGate } from "./PractitionerGate";

/** What the service keeps of a session that is over, played again. */
export default function SessionReplayPage() {
  const { t } = useTranslation("practitioner");
  const { id = "" } = useParams();
  return (
    <PractitionerGate>
      <OpenedReplay
        key={id}
        open={() => Recording.open(new ReplayApi(`/api/v1/sessions/${id}/replay`, practitionerApi))}
        isOfService
        home={{ to: "/practitioner", label: t("session.all") }}
      />
    </PractitionerGate>
  );
}
