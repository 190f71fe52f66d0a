import { useCallback, useState } from "react";

/** A yes or no that survives a reload of this tab. */
export function useRemembered(name: string, first: boolean): [boolean, (value: boolean) => void] {
  const key = `epedicare.patient.${name}`;
  const [value, setValue] = useState(() => {
    const stored = sessionStorage.getItem(key);
    return stored === null ? first : stored === "yes";
  });
  const remember = useCallback(
    (next: boolean) => {
      sessionStorage.setItem(key, next ? "yes" : "no");
      setValue(next);
    },
    [key],
  );
  return [value, remember];
}
