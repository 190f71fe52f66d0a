import { useTranslation } from "react-i18next";
import { Button, Dialog } from "../../components";
import type { Registry } from "../../generated/epedicare/analysis/v1/analysis_pb";
import { currentLanguage } from "../../i18n";
import type { AnalysisStore } from "../stream/analysisStore";
import type { Choices } from "./choices";
import { textIn } from "./format";
import { measuresByGroup } from "./groups";
import { QualityMark } from "./QualityMark";
import { type Reading, readMeasure } from "./reading";
import { useTick } from "./useTick";
import styles from "./values.module.css";

interface AllMeasuresProps {
  store: AnalysisStore;
  registry: Registry;
  choices: Choices;
}

/** Every measure in its group: its value, what it needs, and whether it is shown outside. */
export function AllMeasures(props: AllMeasuresProps) {
  const { t } = useTranslation("analysis");
  return (
    <Dialog title={t("all.title")} trigger={<Button look="quiet">{t("all.open")}</Button>}>
      <Groups {...props} />
    </Dialog>
  );
}

function Groups({ store, registry, choices }: AllMeasuresProps) {
  const { t } = useTranslation("analysis");
  useTick(500);
  const language = currentLanguage();
  const at = performance.now();
  return (
    <div className={styles.all}>
      <p className={styles.quiet}>{t("all.explanation")}</p>
      {measuresByGroup(registry).map(({ group, measures }) => (
        <section key={group} aria-labelledby={`group-${group}`}>
          <h3 id={`group-${group}`}>{t(`groups.${group}`, { defaultValue: group })}</h3>
          <ul>
            {measures.map((measure) => {
              const reading = readMeasure(store, registry, measure, language, at);
              return reading && <Entry key={measure} reading={reading} choices={choices} />;
            })}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Entry({ reading, choices }: { reading: Reading; choices: Choices }) {
  const { t } = useTranslation("analysis");
  const { info, label, value, interval, why } = reading;
  const language = currentLanguage();
  return (
    <li className={styles.entry}>
      <div className={styles.entryHead}>
        <span className={styles.entryLabel}>{label}</span>
        <span className={styles.entryValue}>
          {value ?? "—"}
          {interval && ` (${interval})`}
        </span>
        <QualityMark quality={reading.quality} />
      </div>
      {value === undefined && (
        <p className={styles.quiet}>{why?.length ? why.join(" ") : t("now.noRecent")}</p>
      )}
      <div className={styles.entryFoot}>
        <Check
          label={t("all.inNow")}
          of={label}
          isOn={choices.headlines.has(info.id)}
          onToggle={() => choices.setHeadlines(toggled(choices.headlines, info.id))}
        />
        <Check
          label={t("all.asChart")}
          of={label}
          isOn={choices.charts.has(info.id)}
          onToggle={() => choices.setCharts(toggled(choices.charts, info.id))}
        />
        <details className={styles.details}>
          <summary>
            {t("all.about")}
            <span className="visually-hidden"> {label}</span>
          </summary>
          <dl>
            <dt>{t("all.needs")}</dt>
            <dd>{textIn(language, info.needs)}</dd>
            <dt>{t("all.limits")}</dt>
            <dd>{textIn(language, info.limits)}</dd>
            <dt>{t("all.source")}</dt>
            <dd>
              {info.source} ({t("all.version", { version: info.algorithmVersion })})
            </dd>
          </dl>
        </details>
      </div>
    </li>
  );
}

interface CheckProps {
  label: string;
  of: string;
  isOn: boolean;
  onToggle: () => void;
}

function Check({ label, of, isOn, onToggle }: CheckProps) {
  return (
    <label className={styles.check}>
      <input type="checkbox" checked={isOn} onChange={onToggle} />
      {label}
      <span className="visually-hidden"> : {of}</span>
    </label>
  );
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}
