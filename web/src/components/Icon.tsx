/** 24-px line icons, drawn for e-PediCare; always beside a text or inside a labelled control. */
const PATHS = {
  arrow: "M5 12h14M13 6l6 6-6 6",
  back: "M15 5l-7 7 7 7",
  camera: "M3 7.5h11v9H3zM14 11l7-3.5v9L14 13",
  cameraOff: "M3 7.5h4m4 0h3v3.5l7-3.5v9l-4-2M14 14v2.5H3v-9M3 3l18 18",
  chat: "M4 5h16v11H10l-5 4v-4H4z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  chevron: "M6 9.5l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  expand: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  door: "M6 3h12v18H6zM14 12h.01",
  info: "M12 11v6M12 7.5v.01M12 21a9 9 0 110-18 9 9 0 010 18z",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  leave: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  mark: "M6 4h12v16l-6-4-6 4z",
  mic: "M12 3a3 3 0 013 3v5a3 3 0 01-6 0V6a3 3 0 013-3zM6 11a6 6 0 0012 0M12 17v4",
  micOff:
    "M9 6a3 3 0 016 0v5m-2 2.8A3 3 0 019 11V9m-3 2a6 6 0 009 5.2M18 11a6 6 0 01-.6 2.6M12 17v4M3 3l18 18",
  more: "M5 11.25a.75.75 0 100 1.5.75.75 0 000-1.5zM12 11.25a.75.75 0 100 1.5.75.75 0 000-1.5zM19 11.25a.75.75 0 100 1.5.75.75 0 000-1.5z",
  note: "M5 3h11l3 3v15H5zM8 9h8M8 13h8M8 17h5",
  ownWindow: "M3 5h18v14H3zM12 12h6v4h-6z",
  pause: "M8 5v14M16 5v14",
  person: "M12 12a4 4 0 100-8 4 4 0 000 8zM4 21a8 8 0 0116 0",
  play: "M8 5l11 7-11 7z",
  plus: "M12 5v14M5 12h14",
  screen: "M3 5h18v11H3zM8 20h8M12 16v4",
  search: "M10.5 17a6.5 6.5 0 100-13 6.5 6.5 0 000 13zM15.5 15.5L20 20",
  shrink: "M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  sound: "M4 9.5h4l5-4v13l-5-4H4zM16.5 9a4 4 0 010 6M19 6.5a8 8 0 010 11",
  warning: "M12 4l9.5 16h-19zM12 10v4.5M12 17.5v.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
