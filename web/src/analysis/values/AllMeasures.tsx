import { useState } from "react";
import { Input, Label, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { headingOf, Panel, ScrollArea } from "../../components";
import type { Registry } from "../../generated/epedicare/analysis/v1/analysis_pb";
import { currentLanguage } from "../../i18n";
import type { AnalysisStore } from "../stream/analysisStore";
import { useSnapshot } from "../stream/useSnapshot";
import styles from "./all.module.css";
import type { Choices } from "./choices";
import { measuresByGroup, named } from "./groups";
import { MeasureEntry } from "./MeasureEntry";
import { QualityLegend } from "./QualityLegend";
import { readMeasure } from "./reading";

interface AllMeasuresProps {
  store: AnalysisStore;
  registry: Registry;
  choices: Choices;
  silence: string | undefined;
  onClose: () => void;
}

/** Every measure in its group: its value, what it needs, and whether it is shown outside. Beside
 *  the picture, never over it. */
export function AllMeasures({ store, registry, choices, silence, onClose }: AllMeasuresProps) {
  const { t } = useTranslation("analysis");
  const { atMs } = useSnapshot(store);
  const [wanted, setWanted] = useState("");
  const language = currentLanguage();
  const groups = measuresByGroup(registry).map(({ group, measures }) => {
    const name = t(`groups.${group}`, { defaultValue: group });
    return { group, name, measures: named(wanted, name, measures, registry, language) };
  });
  const found = groups.filter(({ measures }) => measures.length > 0);
  return (
    <Panel id="all-measures" title={t("all.title")} className={styles.panel} onHide={onClose}>
      <TextField
        className={styles.find}
        value={wanted}
        onChange={setWanted}
        type="search"
        autoFocus
      >
        <Label className="quiet">{t("all.find", { count: registry.measures.length })}</Label>
        <Input className={styles.findInput} />
      </TextField>
      <ScrollArea labelledBy={headingOf("all-measures")} className={styles.scroll}>
        <div className={styles.all}>
          <p className="quiet">
            <span>{t("all.explanation")}</span> <span>{t("quality.hint")}</span>
          </p>
          <QualityLegend />
          {found.length === 0 && <p role="status">{t("all.notFound")}</p>}
          {found.map(({ group, name, measures }) => (
            <section key={group} aria-labelledby={`group-${group}`}>
              <h3 id={`group-${group}`} className={styles.group}>
                {name}
              </h3>
              <ul>
                {measures.map((measure) => {
                  const reading = readMeasure(store, registry, measure, language, atMs, silence);
                  return (
                    reading && <MeasureEntry key={measure} reading={reading} choices={choices} />
                  );
                })}
              </ul>
            </section>
          ))}
        </div>
      </ScrollArea>
    </Panel>
  );
}
