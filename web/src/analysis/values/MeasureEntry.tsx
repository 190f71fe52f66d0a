import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n";
import styles from "./all.module.css";
import { type Choices, toggled } from "./choices";
import { Experimental } from "./Experimental";
import { isExperimental } from "./evidence";
import { textIn } from "./format";
import { Interval } from "./Interval";
import { QualityMark } from "./QualityMark";
import type { Reading } from "./reading";
import { useUnitName } from "./useUnitName";

interface MeasureEntryProps {
  reading: Reading;
  choices: Choices;
}

/** One line in the list of all measures: what it is, its value or why there is none. */
export function MeasureEntry({ reading, choices }: MeasureEntryProps) {
  const { t } = useTranslation("analysis");
  const { info, label, value, interval, why } = reading;
  const unitName = useUnitName(info.unit);
  return (
    <li className={styles.entry}>
      <div className={styles.what}>
        <About reading={reading} />
        {value === undefined && (
          <p className="quiet">{why?.length ? why.join(" ") : t("now.noRecent")}</p>
        )}
      </div>
      <span className={styles.value} title={unitName}>
        <span>{value ?? "—"}</span>
        <Interval interval={interval} unit={info.unit} />
      </span>
      <QualityMark quality={reading.quality} />
      <span className={styles.checks}>
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
      </span>
    </li>
  );
}

function About({ reading: { info, unit, label } }: { reading: Reading }) {
  const { t } = useTranslation("analysis");
  const language = currentLanguage();
  const unitName = useUnitName(unit);
  return (
    <details className={styles.about}>
      <summary>
        <span>{label}</span> <Experimental of={info} />
      </summary>
      <dl>
        {unitName && (
          <>
            <dt>{t("all.unit")}</dt>
            <dd>{unitName}</dd>
          </>
        )}
        <dt>{t("all.needs")}</dt>
        <dd>{textIn(language, info.needs)}</dd>
        <dt>{t("all.limits")}</dt>
        <dd>{textIn(language, info.limits)}</dd>
        <dt>{t("experimental.evidence")}</dt>
        <dd>{t(isExperimental(info) ? "experimental.hint" : "experimental.checked")}</dd>
        <dt>{t("all.source")}</dt>
        <dd>
          <span lang="en">{info.source}</span>{" "}
          <span>{`(${t("all.version", { version: info.algorithmVersion })})`}</span>
        </dd>
      </dl>
    </details>
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
      <span>{label}</span>
      <span className="visually-hidden">{` : ${of}`}</span>
    </label>
  );
}
