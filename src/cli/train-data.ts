import { statSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { DataServiceError } from "../errors.js";
import { accessing } from "../files/file-access.js";
import { listNames } from "../names/field.js";
import { openSnapshot } from "../snapshot/open-snapshot.js";
import { groupDigits } from "../text/figures.js";
import { visible } from "../text/visible.js";
import type { ExportManifest, ExportOptions } from "../training/export/export-set.js";
import type { ExportFormat } from "../training/export/write-segment.js";
import type { Span } from "../training/processors/processor.js";
import type { TrainingProgress, TrainingRequest } from "../training/training-request.js";
import { fields } from "./options.js";
import { say, tell } from "./tell.js";

interface Options {
  readonly features?: string[];
  readonly label?: string[];
  readonly segments?: Record<string, Span>;
  readonly universe?: string;
  readonly out: string;
  readonly format: ExportFormat;
  readonly processors: "none" | "robust";
  readonly provider?: string;
  readonly set?: Record<string, string>;
  readonly length?: number;
  readonly purge?: string;
  readonly memory?: number;
}

export function trainDataCommand(): Command {
  return new Command("train-data")
    .summary("write a training set: segments, processed, with their state")
    .description(
      "Writes features and labels of segments into a folder that numpy, torch and polars open, with the fitted state and a " +
        "manifest. CONFIG is a qlib workflow file or RD-Agent's conf_*.yaml; or give a snapshot folder with --features, " +
        "--label and --segments. `fields DIR` lists what can be asked for.",
    )
    .argument("<source>", "a workflow file (.yaml), or a snapshot folder")
    .requiredOption("--out <dir>", "the folder to write; an earlier export there is replaced")
    .option(
      "-f, --features <fields>",
      "fields and expressions, comma-separated; alpha158 for the set",
      fields,
    )
    .option("--label <fields>", "labels, comma-separated", fields)
    .option("--segments <spans>", "train=2019-01-02..2019-08-30,test=2019-09-02..2020-03-17", segmentsOf)
    .option("-u, --universe <name>", "an instrument list or a code")
    .addOption(
      new Option("--format <format>", "files to write")
        .choices(["npy", "safetensors", "parquet", "arrow"])
        .default("npy"),
    )
    .addOption(
      new Option("--processors <kind>", "folder: robust z-scores and zeros for features, ranks for labels")
        .choices(["none", "robust"])
        .default("robust"),
    )
    .option("--provider <dir>", "workflow file: the qlib folder, in place of its provider_uri")
    .option("--set <name=value>", "workflow file: the value of a placeholder; may be repeated", variable)
    .option("--length <sessions>", "write windows of so many sessions, too", (text) => Number(text))
    .option(
      "--purge <sessions>",
      "sessions between segments: auto, none or a number (default: auto; a file: none)",
    )
    .option(
      "--memory <MiB>",
      "folder: hold so much of the matrix at a time, for a set larger than memory",
      (text) => Number(text) * 2 ** 20,
    )
    .action(async (source: string, options: Options) => {
      const isFolder = accessing(source, () => statSync(source)).isDirectory();
      const manifest = await (isFolder ? ofFolder : ofConfig)(source, options);
      for (const note of manifest.notes) say(note);
      for (const [name, { view, rows, first, last }] of Object.entries(manifest.segments)) {
        tell(`${name}: ${groupDigits(rows)} rows, ${first} .. ${last} (${view})\n`);
      }
    });
}

function exportOptions({ format, length }: Options): ExportOptions {
  return { format, onProgress: progress(), ...(length !== undefined && { sequences: { length } }) };
}

async function ofConfig(path: string, options: Options): Promise<ExportManifest> {
  if (options.memory !== undefined) {
    const problem = "train-data: --memory is for a folder; a workflow file's set is held whole";
    throw new DataServiceError("bad-request", problem);
  }
  const { fromQlibConfig } = await import("../training/qlib/from-qlib-config.js");
  const { set } = await fromQlibConfig(path, {
    providerUri: options.provider,
    variables: options.set,
    purge: purgeOf(options.purge),
    onProgress: progress(),
  });
  return set.export(options.out, exportOptions(options));
}

async function ofFolder(dir: string, options: Options): Promise<ExportManifest> {
  const { features, label, segments, universe } = options;
  const lacking = Object.entries({ "--features": features, "--label": label, "--segments": segments }).filter(
    ([, own]) => own === undefined,
  );
  if (lacking.length > 0) {
    const problem = `train-data: a folder needs ${listNames(lacking.map(([name]) => name))} as well`;
    throw new DataServiceError("bad-request", problem);
  }
  const { trainingSet } = await import("../training/build-training-set.js");
  const { alpha158 } = await import("../factors/alpha158.js");
  const snapshot = await openSnapshot(dir);
  const known = (await snapshot.fields()).map(({ name }) => name);
  const robust = options.processors === "robust";
  const request: TrainingRequest = {
    features: features!.map((name) =>
      name === "alpha158" ? alpha158({ fields: known, onNote: say }) : name,
    ),
    labels: label!,
    segments: segments!,
    universe,
    purge: purgeOf(options.purge),
    processors: robust
      ? {
          infer: [
            { kind: "RobustZScoreNorm", fields: "feature" },
            { kind: "Fillna", fields: "feature" },
          ],
          learn: [{ kind: "DropnaLabel" }, { kind: "CSRankNorm", fields: "label" }],
        }
      : {},
    onProgress: progress(),
  };
  if (options.memory === undefined) {
    return (await trainingSet(snapshot, request)).export(options.out, exportOptions(options));
  }
  const { exportInParts } = await import("../training/export/export-in-parts.js");
  return exportInParts(snapshot, request, options.out, { ...exportOptions(options), memory: options.memory });
}

function segmentsOf(text: string): Record<string, Span> {
  return Object.fromEntries(
    text.split(",").map((part) => {
      const match = /^\s*(\w+)=([\d-]*)\.\.([\d-]*)\s*$/.exec(part);
      if (!match) throw new InvalidArgumentError("write segments as train=2019-01-02..2019-08-30,test=…");
      return [match[1]!, [match[2] || null, match[3] || null] as Span];
    }),
  );
}

function variable(text: string, others: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("write a placeholder's value as name=value.");
  return { ...others, [text.slice(0, at)]: text.slice(at + 1) };
}

function purgeOf(text: string | undefined): "auto" | "none" | number | undefined {
  if (text === undefined || text === "auto" || text === "none") return text;
  return Number(text);
}

/** Stages on a terminal's standard error, each told once it has begun; nothing in a pipe. */
function progress(): ((progress: TrainingProgress) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  return ({ stage, done, total, what }) => {
    const share = total === 0 ? 100 : Math.floor((100 * done) / total);
    process.stderr.write(
      `\r\x1b[K${stage}${what === undefined ? "" : ` ${visible(what)}`} ${share} %${share === 100 ? "\n" : ""}`,
    );
  };
}
