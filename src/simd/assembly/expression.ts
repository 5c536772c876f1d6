// The kernels of the expression engine: two instruments at once, each a lane of 64 bits. src/expression/kernels.ts
// calls them.

export { keepNumbers, rankAmong } from "./expression/cross-rank";
export { trimLane } from "./expression/pair";
export { collect, emit, layOutDouble, layOutSingle, placeCells, placeResults, take } from "./expression/rows";
export { binary, choose, unary } from "./expression/elementwise";
export { delta, first, shift, since } from "./expression/shift";
export { rollingCount, rollingSum, rollingWholeMean } from "./expression/sums";
export { rollingMoments } from "./expression/moments";
export { rollingShape } from "./expression/shape";
export { rollingTrend } from "./expression/trend";
export { rollingPairs } from "./expression/pairs";
export { rollingExtremes } from "./expression/extremes";
export { rollingOrder } from "./expression/order";
export { expandingExponentialMean, exponentialMean, meanAbsoluteDeviation, weightedMean } from "./expression/smooth";
