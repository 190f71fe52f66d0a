export const FAMILIES = ["chrome", "firefox", "safari", "iphone"] as const;

export type BrowserFamily = (typeof FAMILIES)[number];

/** Whose words say where the camera is allowed. Every browser of an iPhone or iPad is Safari inside,
 *  and an iPad calls itself a Mac; Chrome's kin have its menus. */
export function browserFamily({
  userAgent,
  maxTouchPoints,
}: Pick<Navigator, "userAgent" | "maxTouchPoints">): BrowserFamily {
  const isIpad = userAgent.includes("Macintosh") && maxTouchPoints > 1;
  if (isIpad || /iPhone|iPad|iPod/.test(userAgent)) return "iphone";
  if (userAgent.includes("Firefox/")) return "firefox";
  if (userAgent.includes("Safari/") && !/Chrome|Chromium/.test(userAgent)) return "safari";
  return "chrome";
}
