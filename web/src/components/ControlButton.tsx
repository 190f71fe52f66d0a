import { Button } from "./Button";

type ControlButtonProps = Omit<React.ComponentProps<typeof Button>, "aria-label" | "children"> & {
  /** What a screen reader says at every width. */
  name: string;
  /** What is seen where there is room: the name, unless given. */
  words?: string;
  /** What is seen of them where there is little, if the page's style says so. */
  short?: string;
  children?: React.ReactNode;
};

/** One of the controls of a call. */
export function ControlButton(props: ControlButtonProps) {
  const { name, words = name, short = words, children, ...button } = props;
  return (
    <Button {...button} aria-label={name}>
      <span data-words="whole">{words}</span>
      <span data-words="short">{short}</span>
      {children}
    </Button>
  );
}
