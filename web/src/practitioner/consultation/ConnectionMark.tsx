import { ConnectionQuality } from "livekit-client";
import { useTranslation } from "react-i18next";
import styles from "./consultation.module.css";

const BARS: Record<string, number> = {
  [ConnectionQuality.Excellent]: 3,
  [ConnectionQuality.Good]: 2,
  [ConnectionQuality.Poor]: 1,
};

/** Three bars and a word. Red only when the connection is lost. */
export function ConnectionMark({ quality }: { quality: ConnectionQuality }) {
  const { t } = useTranslation("consultation");
  const bars = BARS[quality] ?? 0;
  return (
    <span className={styles.connection} data-lost={bars === 0 || undefined}>
      <svg width="16" height="14" viewBox="0 0 16 14" aria-hidden="true">
        {[0, 1, 2].map((i) => (
          <rect
            key={i}
            x={i * 6}
            y={9 - i * 4}
            width="4"
            height={5 + i * 4}
            rx="1"
            fill="currentColor"
            opacity={i < bars ? 1 : 0.25}
          />
        ))}
      </svg>
      <span>{t(`connection.${quality}`)}</span>
    </span>
  );
}

const WORST_FIRST = [
  ConnectionQuality.Lost,
  ConnectionQuality.Poor,
  ConnectionQuality.Good,
  ConnectionQuality.Excellent,
];

/** The call is as good as its weaker end. */
export function weaker(a: ConnectionQuality, b: ConnectionQuality): ConnectionQuality {
  return WORST_FIRST.find((quality) => quality === a || quality === b) ?? ConnectionQuality.Unknown;
}
