import { useTranslation } from "react-i18next";

/** The units whose sign says little to a reader; the rest are read as they stand. */
export const NAMED_UNITS: Record<string, string> = {
  IOD: "IOD",
  "IOD/s": "IODPerSecond",
  "IOD/s²": "IODPerSecondSquared",
  SW: "SW",
  "SW/s": "SWPerSecond",
};

/** A unit in words; undefined where its sign is plain. */
export function useUnitName(unit: string): string | undefined {
  const { t } = useTranslation("analysis");
  const name = unit === "1" ? "ratio" : NAMED_UNITS[unit];
  return name && t(`units.${name}`);
}
