import type { ConnectionQuality } from "livekit-client";
import { useTranslation } from "react-i18next";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import { useSnapshot } from "../../analysis/stream/useSnapshot";
import { currentLanguage } from "../../i18n";
import { type Flow, type Line, type LineTracks, troubleOf, useLine } from "../../room";
import { ConnectionMark } from "./ConnectionMark";
import details from "./details.module.css";
import { FactDetails } from "./FactDetails";
import { missedMeasures } from "./missed";

interface LineFactProps {
  quality: ConnectionQuality;
  tracks: LineTracks;
  store: AnalysisStore;
  className: string | undefined;
}

/** How good the line is, in bars and two words; why, on pointing at it; everything, on opening it. */
export function LineFact({ quality, tracks, store, className }: LineFactProps) {
  const { t } = useTranslation("consultation");
  const line = useLine(tracks);
  const trouble = troubleOf(line);
  const said = trouble
    ? t(`line.reasons.${trouble.kind}`, { value: trouble.value })
    : t("line.fine");
  return (
    <FactDetails
      fact={<ConnectionMark quality={quality} />}
      tip={said}
      title={t("line.title")}
      className={className}
    >
      <p>{said}</p>
      <Flows line={line} />
      <ToOverlay line={line} store={store} />
    </FactDetails>
  );
}

type Row = readonly [name: string, of: (flow: Flow) => string];

function Flows({ line: { picture, sound } }: { line: Line }) {
  const { t } = useTranslation("consultation");
  const both: Row[] = [
    ["kbps", ({ kbps }) => `${rounded(kbps)} kbit/s`],
    ["lost", ({ lostPercent }) => percent(lostPercent)],
    ["jitter", ({ jitterMs }) => `${rounded(jitterMs)} ms`],
    ["roundTrip", ({ roundTripMs }) => (roundTripMs === null ? "–" : `${rounded(roundTripMs)} ms`)],
    ["codec", ({ codec }) => codec || "–"],
  ];
  const ofPicture: Row[] = [
    ["size", ({ width, height }) => (width ? `${width} × ${height}` : "–")],
    ["pictures", ({ hz }) => `${rounded(hz)} Hz`],
  ];
  return (
    <table className={details.flows}>
      <thead>
        <tr>
          <td />
          <th scope="col">{t("line.received")}</th>
          <th scope="col">{t("line.sent")}</th>
        </tr>
      </thead>
      <Rows title={t("line.picture")} rows={[...both, ...ofPicture]} flows={picture} />
      <Rows title={t("line.sound")} rows={both} flows={sound} />
    </table>
  );
}

interface RowsProps {
  title: string;
  rows: Row[];
  flows: Line["picture"];
}

function Rows({ title, rows, flows: { received, sent } }: RowsProps) {
  const { t } = useTranslation("consultation");
  return (
    <tbody>
      <tr>
        <th colSpan={3} scope="rowgroup">
          {title}
        </th>
      </tr>
      {rows.map(([name, of]) => (
        <tr key={name}>
          <th scope="row">{t(`line.names.${name}`)}</th>
          <td>{received ? of(received) : "–"}</td>
          <td>{sent ? of(sent) : "–"}</td>
        </tr>
      ))}
    </tbody>
  );
}

/** How long a picture's overlay takes, and what is not measured for want of pictures. */
function ToOverlay({ line, store }: { line: Line; store: AnalysisStore }) {
  const { t } = useTranslation("consultation");
  const snapshot = useSnapshot(store);
  const bufferMs = line.picture.received?.bufferMs ?? null;
  const analysisMs = snapshot.status?.analysisDelayP50Ms ?? 0;
  const missed = missedMeasures(snapshot);
  return (
    <>
      {bufferMs !== null && analysisMs > 0 && (
        <p>{t("line.overlay", { buffer: rounded(bufferMs), analysis: rounded(analysisMs) })}</p>
      )}
      {missed && missed.names.length > 0 && (
        <p>
          {t("line.missed", {
            hz: rounded(missed.cameraHz),
            names: missed.names.join(", "),
          })}
        </p>
      )}
    </>
  );
}

function rounded(value: number): string {
  return new Intl.NumberFormat(currentLanguage(), { maximumFractionDigits: 0 }).format(value);
}

function percent(value: number): string {
  const style = { style: "percent", maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(currentLanguage(), style).format(value / 100);
}
