import { useCallback, useState } from "react";
import { ofThisTab } from "../storage";

/** A yes or no that survives a reload of this tab. */
export function useRemembered(name: string, first: boolean): [boolean, (value: boolean) => void] {
  const key = `epedicare.patient.${name}`;
  const [value, setValue] = useState(() => {
    const stored = ofThisTab.get(key);
    return stored === null ? first : stored === "yes";
  });
  const remember = useCallback(
    (next: boolean) => {
      ofThisTab.set(key, next ? "yes" : "no");
      setValue(next);
    },
    [key],
  );
  return [value, remember];
}
