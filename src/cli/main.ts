#!/usr/bin/env node
import module from "node:module";

// From Node 22.1 on, what V8 makes of the sources is kept in the folder for temporary files: a command then takes an eighth
// less. NODE_DISABLE_COMPILE_CACHE=1 keeps Node from it.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

const { runProcess } = await import("./run-process.js");
await runProcess();
