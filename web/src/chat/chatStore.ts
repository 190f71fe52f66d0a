import { isTooLong, plain } from "./text";

export type Writer = "own" | "patient" | "practitioner";

export interface ChatMessage {
  /** Counted from 1 in the order of this page. */
  number: number;
  from: Writer;
  text: string;
  /** When this page sent or got it. */
  at: Date;
}

export interface ChatState {
  messages: readonly ChatMessage[];
  /** Of others, since the chat was last open. */
  unread: number;
  /** The last one of others, to be read aloud. */
  latest: ChatMessage | undefined;
  /** Something was too long, broken, or too much at once, and is not shown. */
  hasRefused: boolean;
  isOpen: boolean;
}

const MOST_SHOWN = 200;

/** What was written while this page was open, and nothing else. A store for useSyncExternalStore. */
export class ChatStore {
  private state: ChatState = {
    messages: [],
    unread: 0,
    latest: undefined,
    hasRefused: false,
    isOpen: false,
  };
  private count = 0;
  private readonly listeners = new Set<() => void>();

  snapshot = (): ChatState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  wrote(text: string, at: Date): void {
    this.set({ messages: this.with({ from: "own", text: plain(text), at }) });
  }

  received(from: Exclude<Writer, "own">, sent: string, at: Date): void {
    const text = plain(sent);
    if (text === "") return;
    if (isTooLong(text)) {
      this.refused();
      return;
    }
    const messages = this.with({ from, text, at });
    const unread = this.state.isOpen ? 0 : this.state.unread + 1;
    this.set({ messages, unread, latest: messages.at(-1) });
  }

  refused(): void {
    if (!this.state.hasRefused) this.set({ hasRefused: true });
  }

  setOpen = (isOpen: boolean): void => {
    this.set({ isOpen, unread: 0 });
  };

  private with(message: Omit<ChatMessage, "number">): ChatMessage[] {
    this.count += 1;
    return [...this.state.messages, { ...message, number: this.count }].slice(-MOST_SHOWN);
  }

  private set(change: Partial<ChatState>) {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
