export const LAYERS = ["face", "eyes", "head", "skeleton", "hands", "people"] as const;

export type Layer = (typeof LAYERS)[number];

export type Layers = ReadonlySet<Layer>;

export const ALL_LAYERS: Layers = new Set(LAYERS);
