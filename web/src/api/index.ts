export { backoffSeconds, sleep } from "./backoff";
export { Api, EXPORT_FORMATS, type ExportFormat } from "./client";
export { isProblem, isRefused, SignInFailed, sentenceOf } from "./errors";
export { type Connection, watchLogin } from "./events";
export { isOver, keptOf } from "./kept";
export { forgetSeat, storedSeat, storeSeat } from "./seat";
export type * from "./types";
export { type Asked, useAnswer } from "./useAnswer";
export { type LiveSession, useSession } from "./useSession";
