export { ChatButton } from "./ChatButton";
export { ChatPanel } from "./ChatPanel";
export { type Chat, useChat } from "./useChat";
