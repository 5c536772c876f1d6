// The public names of @aistock/data-service/training, in the order of the data's way.

export type {
  ColumnFigures,
  SegmentAccount,
  TrainingAccount,
} from "./training/account.js";
export { explainTraining, trainingSet } from "./training/build-training-set.js";
export type { TrainingExplanation } from "./training/explain-training.js";
export { type ExportInPartsOptions, exportInParts } from "./training/export/export-in-parts.js";
export type {
  ExportedSegment,
  ExportManifest,
  ExportOptions,
} from "./training/export/export-set.js";
export type { ExportFormat } from "./training/export/write-segment.js";
export type { Cells, CellsType } from "./training/frame/block.js";
export type { Fields } from "./training/frame/frame.js";
export type { FittedStep, ListName, ProcessorLists, StepAccount } from "./training/pipeline.js";
export type { ColumnKey, FittedVectors } from "./training/processors/fitted.js";
export type { Tally } from "./training/processors/kind.js";
export type {
  ConfigSectionOptions,
  Processor,
  ProcessorName,
  ProcessorOf,
  Span,
} from "./training/processors/processor.js";
export {
  fromQlibConfig,
  type QlibConfigOptions,
  type QlibTrainingSet,
} from "./training/qlib/from-qlib-config.js";
export type { DenseSegment, Matrix, SegmentData, TensorModule, ViewName } from "./training/segment-data.js";
export type { Segment } from "./training/segments/resolve-segments.js";
export { type RollingOptions, rollingSegments } from "./training/segments/rolling-segments.js";
export {
  combinatorialPurgedSplits,
  purgedKFold,
  type SessionSplit,
  type SplitGaps,
  type TimeSeriesSplitOptions,
  timeSeriesSplits,
  type WalkForwardOptions,
  walkForwardSplits,
} from "./training/segments/splits.js";
export type { Batch, BatchOptions } from "./training/sequences/batches.js";
export type { BatchOrder } from "./training/sequences/plan-batches.js";
export type { SampleOrder } from "./training/sequences/sample-rows.js";
export type { SequenceOptions, Sequences } from "./training/sequences/sequences.js";
export type { SequenceFill } from "./training/sequences/window-grid.js";
export type {
  Allowance,
  ColumnsInput,
  TrainingProgress,
  TrainingRequest,
  TrainingSource,
} from "./training/training-request.js";
export type { TrainingSet } from "./training/training-set.js";
export { averageUniqueness, timeDecay, timeWeights } from "./training/weights.js";
