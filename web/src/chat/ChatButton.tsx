import { useTranslation } from "react-i18next";
import { ControlButton, StatusLine } from "../components";
import type { Side } from "./ChatPanel";
import styles from "./chat.module.css";
import type { Chat } from "./useChat";

interface ChatButtonProps {
  chat: Chat;
  side: Side;
  onStage?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
}

/** Opens and closes the chat, counts what is unread, and reads aloud what arrives. */
export function ChatButton({ chat, side, onStage, onOpenChange }: ChatButtonProps) {
  const { t } = useTranslation("chat");
  const { unread, latest, isOpen } = chat;
  const change = () => (onOpenChange ?? chat.setOpen)(!isOpen);
  return (
    <>
      <ControlButton
        icon="chat"
        name={unread > 0 ? `${t("title")} ${t("unread", { count: unread })}` : t("title")}
        words={t("title")}
        look={unread > 0 ? "primary" : "secondary"}
        onStage={onStage ?? false}
        aria-expanded={isOpen}
        onPress={change}
      >
        {unread > 0 && (
          <>
            {" "}
            <span className={styles.unread} data-count>
              {unread > 99 ? "99+" : unread}
            </span>
          </>
        )}
      </ControlButton>
      <StatusLine className="visually-hidden">
        {latest && (
          <span key={latest.number}>
            {t("said", { from: t(`from.${side}.${latest.from}`), text: latest.text })}
          </span>
        )}
      </StatusLine>
    </>
  );
}
