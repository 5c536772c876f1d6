import { uniqueSuffix } from "../crypto.js";
import type { BackfillReport } from "../research/backfill/backfill.js";
import { answerJson } from "./answer.js";
import { ApiError } from "./api-error.js";
import type { ApiSources, Route } from "./route.js";

interface Job {
  readonly id: string;
  state: "running" | "done" | "failed";
  report?: BackfillReport;
  problem?: string;
}

/** Jobs of a server that runs for months are forgotten, the oldest first. */
const MOST_JOBS = 100;

/**
 * `POST /ops/materialize-and-refresh` runs our backfill of what is pending, one at a time, and answers at once; the Python
 * server's runs in the request and always ends with 500.
 */
export function backfillRoutes(sources: ApiSources): Route[] {
  const jobs = new Map<string, Job>();
  return [
    {
      method: "POST",
      path: "/ops/materialize-and-refresh",
      summary: "Starts a backfill of the loops that are pending, as a job",
      answer: async () => {
        const running = [...jobs.values()].find(({ state }) => state === "running");
        const job = running ?? start(sources, jobs);
        return Response.json({ status: job.state, job_id: job.id }, { status: 202 });
      },
    },
    {
      method: "GET",
      path: "/v1/jobs/:job_id",
      summary: "How a job goes, and what it did",
      answer: async ({ params, headers }) => {
        const job = jobs.get(params.job_id!);
        if (!job) throw new ApiError(404, "job not found");
        return answerJson(headers, { body: Buffer.from(JSON.stringify(job)) });
      },
    },
  ];
}

function start(sources: ApiSources, jobs: Map<string, Job>): Job {
  const job: Job = { id: uniqueSuffix(), state: "running" };
  jobs.set(job.id, job);
  const [oldest] = jobs.keys();
  if (jobs.size > MOST_JOBS && oldest !== undefined) jobs.delete(oldest);
  void run(sources, job);
  return job;
}

async function run({ registryPath, pathMap }: ApiSources, job: Job): Promise<void> {
  try {
    const { backfill } = await import("../research/backfill/backfill.js");
    const isMapped = Object.keys(pathMap).length > 0;
    job.report = await backfill(registryPath, { mode: "materialize-pending", ...(isMapped && { pathMap }) });
    job.state = "done";
  } catch (error) {
    job.problem = error instanceof Error ? error.message : String(error);
    job.state = "failed";
  }
}
