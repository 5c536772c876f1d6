// Loops over matrices of float32 that lie row after row. src/training/kernels calls them, on some rows at a time.

export { rankColumns } from "./training/ranks";
export { countMissing, fillMissing, hasInfinity, scaleCells } from "./training/cells";
export { addMoments, addSums, fillMeans, standardize } from "./training/moments";
export { narrow, selectKth } from "./training/narrow";
