import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../components";
import { canFullScreen, toggleFullScreen, useIsFullScreen } from "../fullScreen";
import { usePictureInPicture } from "../room";
import styles from "./call.module.css";

interface ViewToolsProps {
  /** The practitioner's picture; null while there is none. */
  video: RefObject<HTMLVideoElement | null>;
  hasPicture: boolean;
}

/** How much of the screen the practitioner's picture takes. */
export function ViewTools({ video, hasPicture }: ViewToolsProps) {
  const { t } = useTranslation("room");
  const ownWindow = usePictureInPicture(video);
  const isFull = useIsFullScreen();
  return (
    <span className={styles.viewTools}>
      {hasPicture && ownWindow.isPossible && (
        <IconButton
          onStage
          icon="ownWindow"
          label={t(ownWindow.isOn ? "view.backFromOwnWindow" : "view.ownWindow")}
          onPress={ownWindow.toggle}
        />
      )}
      {canFullScreen() && (
        <IconButton
          onStage
          icon={isFull ? "shrink" : "expand"}
          label={t(isFull ? "view.smaller" : "view.fullScreen")}
          onPress={toggleFullScreen}
        />
      )}
    </span>
  );
}
