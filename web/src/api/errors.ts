import i18next from "i18next";

/** Root of what the API client throws on purpose.
 *
 *  ApiError
 *  ├── Refused      the service answered with a problem (RFC 9457)
 *  ├── SignInFailed the provider's sign-in came back without a login
 *  └── Unreachable  no answer: network down, service down, or timed out
 */
export class ApiError extends Error {}

export class Refused extends ApiError {
  constructor(
    readonly status: number,
    /** The last part of the problem's type, such as "invite-used". */
    readonly problem: string,
    detail: string,
  ) {
    super(detail);
  }
}

export class Unreachable extends ApiError {}

/** The provider's sign-in brought no login back; the message names the problem. */
export class SignInFailed extends ApiError {}

/** Without statuses: any refusal. */
export function isRefused(error: unknown, ...statuses: number[]): error is Refused {
  return error instanceof Refused && (!statuses.length || statuses.includes(error.status));
}

export function isProblem(error: unknown, problem: string): error is Refused {
  return error instanceof Refused && error.problem === problem;
}

export async function refusalOf(response: Response): Promise<Refused> {
  const body: unknown = await response.json().catch(() => null);
  const text = (key: string) => {
    const value = (body as Record<string, unknown> | null)?.[key];
    return typeof value === "string" ? value : "";
  };
  const problem = text("type").split("/").pop() ?? "";
  return new Refused(response.status, problem, text("detail") || text("title"));
}

/** The plain sentence for a person, in the page's language. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Refused) {
    const family = error.status >= 500 ? "server" : `status_${error.status}`;
    return i18next.t([`problems:${error.problem}`, `problems:${family}`, "problems:other"], {
      address: globalThis.location?.origin,
    });
  }
  if (error instanceof SignInFailed)
    return i18next.t([`problems:${error.message}`, "problems:other"]);
  if (error instanceof Unreachable) return i18next.t("problems:unreachable");
  return i18next.t("problems:other");
}
