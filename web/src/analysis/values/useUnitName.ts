import { useTranslation } from "react-i18next";

/** The units whose sign says little to a reader; the rest are read as they stand. */
const NAMED: Record<string, string> = {
  IOD: "IOD",
  "IOD/s": "IODPerSecond",
  SW: "SW",
  "SW/s": "SWPerSecond",
  "1": "ratio",
};

/** A unit in words; undefined where its sign is plain. */
export function useUnitName(unit: string): string | undefined {
  const { t } = useTranslation("analysis");
  const name = NAMED[unit];
  return name && t(`units.${name}`);
}
