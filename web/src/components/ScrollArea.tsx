import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon";
import styles from "./ScrollArea.module.css";

interface ScrollAreaProps {
  /** The id of what names it. */
  labelledBy: string;
  className?: string | undefined;
  children: React.ReactNode;
}

/** What is scrolled by half a line is not hidden. */
const SLACK_PX = 8;
const STEP_OF_HEIGHT = 0.8;
/** Whether it scrolls or not: values grow at any moment, and keys must reach what then does. */
const reachable = (labelledBy: string) =>
  ({ tabIndex: 0, role: "group", "aria-labelledby": labelledBy }) as const;

/** A column that may be longer than its room: it says so, and no line is cut in its middle. */
export function ScrollArea({ labelledBy, className, children }: ScrollAreaProps) {
  const { t, i18n } = useTranslation();
  const area = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [goesOn, setGoesOn] = useState(false);

  const look = useCallback(() => {
    const element = area.current;
    if (element === null) return;
    const hidden = element.scrollHeight - element.clientHeight;
    setGoesOn(hidden - element.scrollTop > SLACK_PX);
  }, []);

  // Another language has other lengths: whoever asks next must not find the old one's.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it looks when the language changes
  useLayoutEffect(look, [look, i18n.language]);

  useEffect(() => {
    const element = area.current;
    if (element === null || content.current === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    observer.observe(content.current);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [look]);

  const showMore = () => {
    const element = area.current;
    element?.scrollBy({ top: element.clientHeight * STEP_OF_HEIGHT });
  };
  return (
    <div className={`${styles.frame} ${className ?? ""}`} data-goes-on={goesOn || undefined}>
      <div ref={area} className={styles.area} {...reachable(labelledBy)}>
        <div ref={content}>{children}</div>
      </div>
      {goesOn && (
        <button type="button" className={styles.more} onClick={showMore}>
          <span>{t("moreBelow")}</span>
          <Icon name="chevron" size={16} />
        </button>
      )}
    </div>
  );
}
