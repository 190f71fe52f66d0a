export { backoffSeconds, sleep } from "./backoff";
export { Api } from "./client";
export { ApiError, isRefused, Refused, sentenceOf, Unreachable } from "./errors";
export type { Connection } from "./events";
export { forgetSeat, storedSeat, storeSeat } from "./seat";
export type * from "./types";
export { type LiveSession, useSession } from "./useSession";
