import { useEffect, useRef, useState } from "react";
import { Form, Label, TextArea, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, IconButton, Notice } from "../components";
import { timeOfDay } from "../moments";
import styles from "./chat.module.css";
import type { ChatMessage } from "./chatStore";
import { isTooLong, LONGEST_CHAT, lengthOf } from "./text";
import type { Chat } from "./useChat";

interface ChatPanelProps {
  chat: Chat;
  /** Whose page this is. */
  side: Side;
  /** On the dark video stage. */
  onStage?: boolean;
  className?: string | undefined;
}

export type Side = "family" | "practice";

const COUNTED_FROM = LONGEST_CHAT - 200;

/** What both sides write to each other while they are in the call. */
export function ChatPanel({ chat, side, onStage = false, className }: ChatPanelProps) {
  const { t } = useTranslation("chat");
  return (
    <section
      className={`${styles.panel} ${className ?? ""}`}
      data-on-stage={onStage || undefined}
      aria-labelledby="chat-heading"
    >
      <header className={styles.heading}>
        <h2 id="chat-heading">{t("title")}</h2>
        <IconButton
          icon="close"
          onStage={onStage}
          label={t("close")}
          onPress={() => chat.setOpen(false)}
        />
      </header>
      <Messages messages={chat.messages} side={side} />
      {chat.hasRefused && <p className={styles.quiet}>{t("refused")}</p>}
      <Writing chat={chat} side={side} onStage={onStage} />
    </section>
  );
}

function Messages({ messages, side }: { messages: readonly ChatMessage[]; side: Side }) {
  const { t } = useTranslation("chat");
  const list = useRef<HTMLElement>(null);
  const newest = messages.at(-1)?.number;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it moves when there is another one.
  useEffect(() => {
    list.current?.scrollTo({ top: 0 });
  }, [newest]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard, too.
    <section ref={list} className={styles.messages} aria-label={t("list")} tabIndex={0}>
      <div>
        <p className={styles.quiet}>{t("nothingKept")}</p>
        <ol className={styles.list}>
          {messages.map((message) => (
            <Message key={message.number} message={message} side={side} />
          ))}
        </ol>
      </div>
    </section>
  );
}

function Message({ message: { from, text, at }, side }: { message: ChatMessage; side: Side }) {
  const { t } = useTranslation("chat");
  const iso = at.toISOString();
  return (
    <li className={styles.message} data-own={from === "own" || undefined}>
      <p className={styles.from}>
        <span>{t(`from.${side}.${from}`)}</span> <time dateTime={iso}>{timeOfDay(iso)}</time>
      </p>
      <p dir="auto" className={styles.text}>
        {text}
      </p>
    </li>
  );
}

interface WritingProps {
  chat: Chat;
  side: Side;
  onStage: boolean;
}

function Writing({ chat, side, onStage }: WritingProps) {
  const { t } = useTranslation("chat");
  const [text, setText] = useState("");
  const [isSending, setSending] = useState(false);
  const [isLost, setLost] = useState(false);
  const length = lengthOf(text.trim());
  const tooLong = isTooLong(text.trim());
  const canSend = chat.canSend && length > 0 && !tooLong && !isSending;

  const send = async () => {
    if (!canSend) return;
    setSending(true);
    const wasSent = await chat.send(text.trim());
    setSending(false);
    setLost(!wasSent);
    if (wasSent) setText("");
  };
  return (
    <Form
      className={styles.writing}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {isLost && <Notice kind="broken">{t("lost")}</Notice>}
      <TextField
        className={styles.field}
        value={text}
        onChange={setText}
        isInvalid={tooLong}
        aria-describedby="chat-readers"
        autoFocus
      >
        <Label className="visually-hidden">{t("write")}</Label>
        <TextArea
          className={styles.input}
          rows={2}
          placeholder={t("write")}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            void send();
          }}
        />
      </TextField>
      <div className={styles.foot}>
        <p id="chat-readers" role="status" className={styles.quiet}>
          <Told chat={chat} side={side} length={length} />
        </p>
        <Button type="submit" look="primary" onStage={onStage} isDisabled={!canSend}>
          {t("send")}
        </Button>
      </div>
    </Form>
  );
}

/** Why it cannot be sent, or who reads it. */
function Told({ chat, side, length }: { chat: Chat; side: Side; length: number }) {
  const { t } = useTranslation("chat");
  const { patient, professionals } = chat.readers;
  const numbers = { count: length, longest: LONGEST_CHAT, over: length - LONGEST_CHAT };
  if (length > LONGEST_CHAT) return <span>{t("tooLong", numbers)}</span>;
  if (length > COUNTED_FROM) return <span>{t("length", numbers)}</span>;
  if (!patient && professionals === 0) return <span>{t("nobody")}</span>;
  if (!chat.canSend) return <span>{t("readOnly")}</span>;
  if (side === "family") return <span>{t("readers.practice", { count: professionals })}</span>;
  if (!patient) return <span>{t("readers.colleagues", { count: professionals })}</span>;
  if (professionals === 0) return <span>{t("readers.family")}</span>;
  return <span>{t("readers.both", { count: professionals })}</span>;
}
