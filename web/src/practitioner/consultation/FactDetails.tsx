import { useId } from "react";
import { Button, DialogTrigger, Popover } from "react-aria-components";
import { Icon, ScrollArea } from "../../components";
import styles from "./details.module.css";

interface FactDetailsProps {
  /** The fact itself, in a few words. */
  fact: React.ReactNode;
  /** Told on pointing at it. */
  tip?: string;
  title: string;
  className: string | undefined;
  children: React.ReactNode;
}

/** One fact of the page's head, from which its details open. */
export function FactDetails({ fact, tip, title, className, children }: FactDetailsProps) {
  const heading = useId();
  return (
    <li className={className} title={tip}>
      <DialogTrigger>
        <Button className={styles.open}>
          <span>{fact}</span>
          <Icon name="chevron" size={16} />
        </Button>
        {/* A dialog of its own, with what react-aria adds for screen readers inside. */}
        <Popover className={styles.popover} placement="bottom start" aria-labelledby={heading}>
          <h2 id={heading}>{title}</h2>
          <ScrollArea labelledBy={heading}>
            <div className={styles.details}>{children}</div>
          </ScrollArea>
        </Popover>
      </DialogTrigger>
    </li>
  );
}
