import { useTranslation } from "react-i18next";
import { LAYERS, type Layer, type Layers } from "../../analysis/overlay/layers";
import { Button, Menu } from "../../components";

interface LayersMenuProps {
  layers: Layers;
  onChange: (layers: Layers) => void;
}

export function LayersMenu({ layers, onChange }: LayersMenuProps) {
  const { t } = useTranslation("analysis");
  return (
    <Menu
      label={t("layers.title")}
      trigger={
        <Button onStage icon="chevron">
          {t("layers.title")}
        </Button>
      }
      entries={LAYERS.map((layer) => ({ id: layer, label: t(`layers.${layer}`) }))}
      selected={layers}
      onSelectedChange={(chosen) => onChange(chosen as ReadonlySet<string> as ReadonlySet<Layer>)}
    />
  );
}
