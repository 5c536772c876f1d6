import type { ByteFile } from "#src/files/byte-file.js";
import type { H5Structure } from "#src/formats/pandas-hdf/h5-structure.js";
import { H5File, withH5File } from "#src/formats/pandas-hdf/library/h5-file.js";
import { contiguousExtent } from "#src/formats/pandas-hdf/object-header.js";
import { NotPlain } from "#src/formats/pandas-hdf/own-reader/needs-library.js";
import { withPlainFile } from "#src/formats/pandas-hdf/own-reader/open-file.js";

const KEYS = ["data", "prices", "nothing"];
const NUMBERS = [0, 1, 2, 3, 4];
const DATASETS = [
  ...["axis0", "axis1", "index"].flatMap((axis) => [axis, ...levels(axis)]),
  ...NUMBERS.flatMap((b) => [
    `block${b}_values`,
    ...["items", ...levels("items")].map((i) => `block${b}_${i}`),
  ]),
  "values",
  "table",
];
const GROUP_ATTRIBUTES = [
  ...["pandas_type", "nblocks", "name", "TITLE", "nothing"],
  ...["axis0", "axis1", "index", "block0_items"].flatMap((axis) => [`${axis}_variety`, `${axis}_nlevels`]),
];
const DATASET_ATTRIBUTES = ["CLASS", "TITLE", "kind", "name", "tz", "shape", "value_type", "transposed"];

function levels(axis: string): string[] {
  return [0, 1].flatMap((i) => [`${axis}_level${i}`, `${axis}_label${i}`]);
}

type Question = (structure: H5Structure, path: string) => unknown;

const attributes =
  (names: readonly string[]): Question =>
  (structure, path) =>
    names.map((name) => [name, structure.attribute(path, name)]);

const OF_ALL: Readonly<Record<string, Question>> = {
  kind: (structure, path) => [structure.isGroup(path), structure.hasDataset(path)],
};
const OF_GROUPS: Readonly<Record<string, Question>> = { attributes: attributes(GROUP_ATTRIBUTES) };
const OF_DATASETS: Readonly<Record<string, Question>> = {
  attributes: attributes(DATASET_ATTRIBUTES),
  dataset(structure, path) {
    const { type, size, signed, littleEndian, vlen, cset, shape, total_size, chunks, filters } =
      structure.dataset(path);
    return { type, size, signed, littleEndian, vlen, cset, shape, total_size, chunks, filters };
  },
  /** The first and the last one. */
  rows(structure, path) {
    const dataset = structure.dataset(path);
    const last = dataset.shape[0]! - 1;
    return [0, last].map((row) => Buffer.from(structure.rows(dataset, row, row + 1)).toString("hex"));
  },
  extent(structure, path) {
    if (!(structure instanceof H5File)) return structure.extent(structure.dataset(path));
    const { file } = structure;
    return file.session((read) => contiguousExtent(read, structure.address(path), file.size));
  },
};

/** An answer, and how to ask for it again. */
export interface Answer {
  readonly path: string;
  readonly ask: Question;
  readonly value: unknown;
}

/** By question and path. */
export type Answers = ReadonlyMap<string, Answer>;

/** What the plain reader says of a file; where it steps aside there is no answer. Anything else that it throws is thrown. */
export function plainAnswers(file: ByteFile): Answers {
  const answers = new Map<string, Answer>();
  unlessNotPlain(() =>
    withPlainFile(file, (plain) => {
      const askAll = (questions: Readonly<Record<string, Question>>, path: string) => {
        for (const [name, ask] of Object.entries(questions)) {
          unlessNotPlain(() => answers.set(`${name} of ${path}`, { path, ask, value: ask(plain, path) }));
        }
        return answers.get(`kind of ${path}`)?.value as readonly [boolean, boolean] | undefined;
      };
      for (const key of KEYS) {
        const [isGroup] = askAll(OF_ALL, `/${key}`) ?? [false];
        if (!isGroup) continue;
        askAll(OF_GROUPS, `/${key}`);
        for (const path of DATASETS.map((name) => `/${key}/${name}`)) {
          const [, isDataset] = askAll(OF_ALL, path) ?? [];
          if (isDataset) askAll(OF_DATASETS, path);
        }
      }
    }),
  );
  return answers;
}

function unlessNotPlain(use: () => unknown): void {
  try {
    use();
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
  }
}

/** What libhdf5 says to the same questions. A refusal is an answer: its error. */
export function libraryAnswers(file: ByteFile, asked: Answers): Answers {
  return withH5File(file, (h5file) => {
    const answer = (path: string, ask: Question) => {
      try {
        return ask(h5file, path);
      } catch (error) {
        return error;
      }
    };
    return new Map(
      [...asked].map(([name, { path, ask }]) => [name, { path, ask, value: answer(path, ask) }]),
    );
  });
}
