import { useTranslation } from "react-i18next";
import { Button, Menu } from "../../components";
import { type CallView, PANELS, type Panel } from "./view";

/** Which panels lie around the picture. */
export function PanelsMenu({ view }: { view: CallView }) {
  const { t } = useTranslation("consultation");
  return (
    <Menu
      label={t("view.panels")}
      trigger={
        <Button onStage icon="chevron">
          {t("view.panels")}
        </Button>
      }
      entries={PANELS.map((panel) => ({ id: panel, label: t(`view.names.${panel}`) }))}
      selected={view.panels}
      onSelectedChange={(chosen) => view.setPanels(chosen as ReadonlySet<string> as Set<Panel>)}
    />
  );
}
