import { useCallback, useRef, useState } from "react";
import { Input, Label, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Menu } from "../../components";
import { ofThisBrowser } from "../../storage";
import styles from "./consultation.module.css";
import { MARKS, type MarkName, useMarkKeys } from "./marks";
import { LONGEST_MARK } from "./steering";

const KEYS_OFF = "epedicare.markKeysOff";

interface MarkMenuProps {
  isEnabled: boolean;
  onMark: (label: string, pressedMs: number) => void;
  onBaseline: () => void;
}

/** Notes what is going on at this moment on the time axis of the measures. */
export function MarkMenu({ isEnabled, onMark, onBaseline }: MarkMenuProps) {
  const { t } = useTranslation("consultation");
  const [hasKeys, setHasKeys] = useState(() => ofThisBrowser.get(KEYS_OFF) === null);
  const [isWriting, setWriting] = useState(false);
  const pressedMs = useRef(0);
  const latest = useRef({ onMark, t });
  latest.current = { onMark, t };

  const mark = useCallback((name: MarkName) => {
    const { onMark, t } = latest.current;
    pressedMs.current = performance.now();
    if (name === "free") setWriting(true);
    else onMark(t(`marks:${name}`), pressedMs.current);
  }, []);
  useMarkKeys(isEnabled && hasKeys, mark);

  const toggleKeys = () => {
    if (hasKeys) ofThisBrowser.set(KEYS_OFF, "1");
    else ofThisBrowser.remove(KEYS_OFF);
    setHasKeys(!hasKeys);
  };
  return (
    <>
      <Menu
        label={t("marks.title")}
        trigger={
          <Button icon="mark" isDisabled={!isEnabled}>
            <span className={styles.buttonText}>{t("marks.title")}</span>
          </Button>
        }
        entries={[
          ...MARKS.map((name, i) => {
            const label = name === "free" ? t("marks.free") : t(`marks:${name}`);
            return { id: name, label: hasKeys ? `${i + 1}  ${label}` : label };
          }),
          { id: "baseline", label: t("marks.baseline") },
          { id: "keys", label: t(hasKeys ? "marks.keysOff" : "marks.keysOn") },
        ]}
        onAction={(id) => {
          if (id === "keys") toggleKeys();
          else if (id === "baseline") onBaseline();
          else mark(id as MarkName);
        }}
      />
      <Dialog title={t("marks.free")} isOpen={isWriting} onOpenChange={setWriting}>
        {(close) => (
          <FreeMark
            onMark={(label) => {
              close();
              onMark(label, pressedMs.current);
            }}
          />
        )}
      </Dialog>
    </>
  );
}

function FreeMark({ onMark }: { onMark: (label: string) => void }) {
  const { t } = useTranslation("consultation");
  const [label, setLabel] = useState("");
  return (
    <form
      className={styles.freeMark}
      onSubmit={(event) => {
        event.preventDefault();
        if (label.trim() !== "") onMark(label.trim());
      }}
    >
      <TextField value={label} onChange={setLabel} maxLength={LONGEST_MARK} autoFocus>
        <Label>{t("marks.label")}</Label>
        <Input className={styles.input} />
      </TextField>
      <p className="quiet">{t("marks.noNames")}</p>
      <Button look="primary" type="submit" isDisabled={label.trim() === ""}>
        {t("marks.set")}
      </Button>
    </form>
  );
}
