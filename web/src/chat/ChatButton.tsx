import { useTranslation } from "react-i18next";
import { Button, StatusLine } from "../components";
import type { Side } from "./ChatPanel";
import styles from "./chat.module.css";
import type { Chat } from "./useChat";

interface ChatButtonProps {
  chat: Chat;
  side: Side;
  onStage?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  textClassName?: string | undefined;
}

/** Opens and closes the chat, counts what is unread, and reads aloud what arrives. */
export function ChatButton({ chat, side, onStage, onOpenChange, textClassName }: ChatButtonProps) {
  const { t } = useTranslation("chat");
  const { unread, latest, isOpen } = chat;
  const change = () => (onOpenChange ?? chat.setOpen)(!isOpen);
  return (
    <>
      <Button
        icon="chat"
        look={unread > 0 ? "primary" : "secondary"}
        onStage={onStage ?? false}
        aria-expanded={isOpen}
        onPress={change}
      >
        <span className={textClassName}>{t("title")}</span>
        {unread > 0 && (
          <>
            {" "}
            <span className={styles.unread} aria-hidden="true">
              {unread > 99 ? "99+" : unread}
            </span>{" "}
            <span className="visually-hidden">{t("unread", { count: unread })}</span>
          </>
        )}
      </Button>
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
