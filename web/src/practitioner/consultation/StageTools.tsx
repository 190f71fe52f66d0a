import { useTranslation } from "react-i18next";
import { IconButton } from "../../components";
import type { PictureInPicture } from "../../room";
import styles from "./stage.module.css";
import type { CallView } from "./view";

interface StageToolsProps {
  view: CallView;
  /** null: there is no picture to put there. */
  ownWindow: PictureInPicture | null;
  onHelp: () => void;
}

/** In the picture's corner: how much of the window it takes. */
export function StageTools({ view, ownWindow, onHelp }: StageToolsProps) {
  const { t } = useTranslation("consultation");
  if (view.isAlone) {
    return (
      <div className={styles.tools}>
        <IconButton
          onStage
          icon="shrink"
          label={t("view.everything")}
          onPress={() => view.setAlone(false)}
        />
      </div>
    );
  }
  return (
    <div className={styles.tools}>
      <span className={styles.help}>
        <IconButton onStage icon="keyboard" label={t("keys.title")} onPress={onHelp} />
      </span>
      <IconButton
        onStage
        icon="person"
        label={t("view.alone")}
        onPress={() => view.setAlone(true)}
      />
      {ownWindow?.isPossible && (
        <IconButton
          onStage
          icon="ownWindow"
          label={t(ownWindow.isOn ? "room:view.backFromOwnWindow" : "room:view.ownWindow")}
          onPress={ownWindow.toggle}
        />
      )}
      {view.canFullScreen && (
        <IconButton
          onStage
          icon="expand"
          label={t("room:view.fullScreen")}
          onPress={view.toggleFullScreen}
        />
      )}
    </div>
  );
}
