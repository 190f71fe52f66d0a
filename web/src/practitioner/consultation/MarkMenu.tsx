import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ControlButton, Dialog, Menu } from "../../components";
import { useSingleKeys } from "./keys";
import { MARKS, type MarkName, markOf } from "./marks";
import { OneLine } from "./OneLine";
import { LONGEST_MARK } from "./steering";

interface MarkMenuProps {
  isEnabled: boolean;
  hasKeys: boolean;
  onMark: (label: string, pressedMs: number) => void;
  onBaseline: () => void;
}

/** Notes what is going on at this moment on the time axis of the measures. */
export function MarkMenu({ isEnabled, hasKeys, onMark, onBaseline }: MarkMenuProps) {
  const { t } = useTranslation("consultation");
  const [isWriting, setWriting] = useState(false);
  const pressedMs = useRef(0);

  const mark = (name: MarkName) => {
    pressedMs.current = performance.now();
    if (name === "free") setWriting(true);
    else onMark(t(`marks:${name}`), pressedMs.current);
  };
  useSingleKeys(isEnabled && hasKeys, (key) => {
    const name = markOf(key);
    if (name !== undefined) mark(name);
    return name !== undefined;
  });
  return (
    <>
      <Menu
        label={t("marks.title")}
        trigger={<ControlButton icon="mark" name={t("marks.title")} isDisabled={!isEnabled} />}
        entries={[
          ...MARKS.map((name, i) => {
            const label = name === "free" ? t("marks.free") : t(`marks:${name}`);
            return { id: name, label: hasKeys ? `${i + 1}  ${label}` : label };
          }),
          { id: "baseline", label: t("marks.baseline") },
        ]}
        onAction={(id) => {
          if (id === "baseline") onBaseline();
          else mark(id as MarkName);
        }}
      />
      <Dialog title={t("marks.free")} isOpen={isWriting} onOpenChange={setWriting}>
        {(close) => (
          <OneLine
            label={t("marks.label")}
            hint={t("marks.noNames")}
            longest={LONGEST_MARK}
            submit={t("marks.set")}
            onText={(label) => {
              close();
              onMark(label, pressedMs.current);
            }}
          />
        )}
      </Dialog>
    </>
  );
}
