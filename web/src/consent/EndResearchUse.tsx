import { useState } from "react";
import { sentenceOf } from "../api";
import { Button, Notice, StatusLine } from "../components";

interface EndResearchUseProps {
  label: string;
  /** Stands in the button's place afterwards. */
  ended: string;
  end: () => Promise<void>;
}

/** After the call, by the family or by the practitioner whom they have told. */
export function EndResearchUse({ label, ended, end }: EndResearchUseProps) {
  const [isEnded, setEnded] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const start = async () => {
    setBusy(true);
    setError(null);
    await end().then(() => setEnded(true), setError);
    setBusy(false);
  };
  return (
    <div>
      {!isEnded && (
        <Button size="large" isBusy={isBusy} onPress={start}>
          {label}
        </Button>
      )}
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
      <StatusLine>{isEnded && ended}</StatusLine>
    </div>
  );
}
