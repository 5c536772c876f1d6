import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { json } from "../answers.js";
import { jobRequestOf } from "../job-request.js";
import type { Jobs } from "../jobs.js";
import type { LibraryRoute, LibrarySources } from "../library-route.js";
import { runAnswer } from "../overview.js";

const MOST_RUNS = 50;
const MOST_RECORDS = 2000;

/** Imports that were, and jobs that run. */
export function runRoutes({ store, jobs }: LibrarySources): LibraryRoute[] {
  return [
    {
      method: "get",
      path: "/runs",
      summary: "The imports, the latest first",
      answer: "Run[]",
      handle: async (c) => json(c, (await store.runs(MOST_RUNS)).map(runAnswer)),
    },
    {
      method: "get",
      path: "/runs/:id",
      summary: "What an import did with each record that was not the same as before",
      answer: "RunRecord[]",
      handle: async (c) => json(c, (await store.runRecords(c.req.param("id") ?? "")).slice(0, MOST_RECORDS)),
    },
    {
      method: "post",
      path: "/jobs",
      summary: "Starts a sync, or a check of what workspaces lack; one at a time",
      body: "{job: sync, source, mode, dryRun} or {job: backfill-check, registry}",
      answer: "StartedJob",
      handle: async (c) => {
        const request = jobRequestOf(await c.req.json());
        if (jobs.running !== undefined)
          return c.json({ error: "a job is running; wait until it has ended" }, 409);
        return json(c, { id: jobs.start(request).id }, 202);
      },
    },
    {
      method: "get",
      path: "/jobs/:id/events",
      summary: "What a job says, from its beginning until it ends",
      answer: "text/event-stream",
      handle: (c) => eventsOf(c, jobs),
    },
  ];
}

function eventsOf(context: Context, jobs: Jobs): Response {
  const job = jobs.find(context.req.param("id") ?? "");
  if (job === undefined) return context.json({ error: "no such job" }, 404);
  return streamSSE(context, async (stream) => {
    let sent: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      const stop = job.follow((event) => {
        sent = sent.then(() => stream.writeSSE({ data: JSON.stringify(event) }));
        if (event.state !== "running") resolve();
      });
      stream.onAbort(() => {
        stop();
        resolve();
      });
    });
    await sent;
  });
}
