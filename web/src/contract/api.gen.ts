// biome-ignore-all lint: replaced by `npm run contract`
// eslint-disable-next-line
export type paths = any;
export type components = any;
