import { CATALOGUE_KINDS, CATALOGUES, type CatalogueKind } from "../research/catalogues/catalogue-kinds.js";
import { answerJson } from "./answer.js";
import { ApiError } from "./api-error.js";
import { backfillRoutes } from "./backfill-job.js";
import { bundleAnswer } from "./bundle-download.js";
import type { ServedCatalogue } from "./catalogue-file.js";
import { int64Parameter, intParameter } from "./int-parameter.js";
import { artifactsAnswer, fromRegistry, incrementalAnswer } from "./registry-answers.js";
import type { ApiSources, Route } from "./route.js";
import { syncConfirm } from "./sync-confirm.js";

/** The routes of the research side's own server, answered byte for byte as it does. */
export function compatibleRoutes(sources: ApiSources): Route[] {
  return [
    {
      method: "GET",
      path: "/health",
      summary: "Whether the server runs",
      answer: async ({ headers }) => answerJson(headers, { body: Buffer.from('{"status":"ok"}') }),
    },
    ...CATALOGUE_KINDS.map((kind) => catalogueRoute(sources, kind)),
    {
      method: "GET",
      path: "/factors/:name",
      summary: "The first factor of the catalogue with exactly this name",
      answer: async ({ params, headers }) => {
        const catalogue = await catalogueOf(sources, "factors");
        return answerJson(headers, { body: factorNamed(catalogue, params.name!), ...stateOf(catalogue) });
      },
    },
    {
      method: "GET",
      path: "/loops/:task_run_id/:loop_id/artifacts",
      summary: "The artifacts of a loop and their files",
      answer: async ({ params, headers }) => {
        const loopId = int64Parameter(params.loop_id!, "path", "loop_id");
        const body = await fromRegistry(async () =>
          artifactsAnswer(await sources.registry(), params.task_run_id!, loopId),
        );
        return answerJson(headers, { body });
      },
    },
    {
      method: "GET",
      path: "/catalog/incremental",
      summary: "Solidified loops that changed after a time, with their factors",
      query: { last_sync_time: "an ISO time", limit: "how many at most: 100 by default, -1 for all" },
      answer: async ({ query, headers }) => {
        const limit = intParameter(query.get("limit") ?? "100", "query", "limit");
        const body = await fromRegistry(async () =>
          incrementalAnswer(await sources.registry(), query.get("last_sync_time") ?? "", limit),
        );
        return answerJson(headers, { body });
      },
    },
    {
      method: "GET",
      path: "/artifacts/bundle/:asset_bundle_id",
      summary: "A production bundle as a ZIP archive",
      answer: ({ params }) => {
        const id = params.asset_bundle_id!;
        if (id.includes("/")) throw new ApiError(404, "Not Found");
        return bundleAnswer(sources.bundles, id, sources.mostBundleBytes);
      },
    },
  ];
}

/** The routes that write, as the Python server has them; served only when asked for. */
export function writingRoutes(sources: ApiSources): Route[] {
  return [
    {
      method: "POST",
      path: "/ops/sync-confirm",
      summary: "Marks the loops of a bundle as synced",
      answer: async ({ body, headers }) => {
        const text = await body();
        const answer = await fromRegistry(() => syncConfirm(sources.registryPath, text));
        return answerJson(headers, { body: Buffer.from(JSON.stringify(answer)) });
      },
    },
    ...backfillRoutes(sources),
  ];
}

function catalogueRoute(sources: ApiSources, kind: CatalogueKind): Route {
  return {
    method: "GET",
    path: CATALOGUES[kind].path,
    summary: `The whole catalogue ${CATALOGUES[kind].file}`,
    answer: async ({ headers }) => {
      const catalogue = await catalogueOf(sources, kind);
      const { body, etag } = catalogue;
      return answerJson(headers, { body, etag, ...stateOf(catalogue) });
    },
  };
}

/** @throws ApiError 404 */
export async function catalogueOf(sources: ApiSources, kind: CatalogueKind): Promise<ServedCatalogue> {
  const catalogue = await sources.catalogues.get(kind)!.current();
  if (!catalogue) throw new ApiError(404, `${CATALOGUES[kind].file} not found`);
  return catalogue;
}

/** A catalogue that cannot be read now is answered from its last good state, and says so. */
export function stateOf({ modified, isLastGood }: ServedCatalogue): {
  modified: number;
  headers?: Record<string, string>;
} {
  return { modified, ...(isLastGood && { headers: { "x-catalogue-state": "last-good" } }) };
}

/** What Python takes for no list at all. */
const NOTHING: readonly (string | undefined)[] = [undefined, "null", "false", "0", "0.0", '""', "{}"];

function factorNamed(catalogue: ServedCatalogue, name: string): Buffer {
  if (!catalogue.isObject) throw new ApiError(404, `${CATALOGUES.factors.file} not found`);
  if (!catalogue.records && !NOTHING.includes(catalogue.listText)) {
    throw new ApiError(404, "invalid factor_catalog format");
  }
  const factor = catalogue.records?.named(name);
  if (!factor) throw new ApiError(404, "factor not found");
  return factor;
}
