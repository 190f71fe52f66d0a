import type { ORIGIN_KEY_HEADER } from "./generated/api";
import { ofThisBrowser } from "./storage";

const HEADER: ORIGIN_KEY_HEADER = "X-Origin-Key";

/** What goes with a cookie. Browsers send a cookie to every port of its host, whoever listens there;
 *  this stays with the pages of one origin, in all of its tabs. */
export class OriginKey {
  constructor(private readonly name: string) {}

  /** Changed by another tab, it is the other one's that counts. */
  get value(): string | null {
    return ofThisBrowser.get(this.name);
  }

  get headers(): Record<string, string> {
    return this.value ? { [HEADER]: this.value } : {};
  }

  keep(key: string): void {
    ofThisBrowser.set(this.name, key);
  }

  forget(): void {
    ofThisBrowser.remove(this.name);
  }

  restore(before: string | null): void {
    if (before) this.keep(before);
    else this.forget();
  }
}
