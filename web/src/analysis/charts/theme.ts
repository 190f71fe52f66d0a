export interface Theme {
  ink: string;
  muted: string;
  rule: string;
  line: string;
  surface: string;
  quality: Record<1 | 2 | 3, string>;
  font: string;
}

/** The page's colours for a canvas; asked for at each drawing, so that dark mode is followed. */
export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: value("--ink"),
    muted: value("--ink-muted"),
    rule: value("--rule"),
    line: value("--ink"),
    surface: value("--surface"),
    quality: {
      1: value("--quality-good"),
      2: value("--quality-usable"),
      3: value("--quality-none"),
    },
    font: `12px ${style.fontFamily}`,
  };
}
