import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import styles from "./Button.module.css";
import { Icon, type IconName } from "./Icon";
import { Spinner } from "./Spinner";

type Look = "primary" | "secondary" | "quiet";

interface Shared {
  look?: Look;
  /** Large is for the patient's pages and for the controls of a call. */
  size?: "medium" | "large";
  icon?: IconName;
  /** For use on the dark video stage. */
  onStage?: boolean;
  children: React.ReactNode;
}

function classes({ look = "secondary", size = "medium", onStage }: Partial<Shared>): string {
  return [styles.button, styles[look], styles[size], onStage && styles.onStage]
    .filter(Boolean)
    .join(" ");
}

type ButtonProps = Shared & {
  /** Shows that the press is being carried out; keeps the focus and takes no further press. */
  isBusy?: boolean;
} & Omit<AriaButtonProps, "children" | "className" | "style" | "isPending">;

export function Button({ look, size, icon, onStage, isBusy, children, ...rest }: ButtonProps) {
  const busy = isBusy ? ({ onPress: undefined, type: "button" } as const) : {};
  return (
    <AriaButton {...rest} {...busy} className={classes({ look, size, onStage })}>
      {isBusy ? <Spinner /> : icon && <Icon name={icon} />}
      <span className={styles.label}>{children}</span>
    </AriaButton>
  );
}

type IconButtonProps = Omit<Shared, "children" | "icon"> & {
  icon: IconName;
  label: string;
} & Omit<AriaButtonProps, "children" | "className" | "style" | "aria-label">;

export function IconButton({
  look = "quiet",
  size,
  icon,
  label,
  onStage,
  ...rest
}: IconButtonProps) {
  return (
    <AriaButton
      {...rest}
      aria-label={label}
      className={`${classes({ look, size, onStage })} ${styles.iconOnly}`}
    >
      <Icon name={icon} />
    </AriaButton>
  );
}
