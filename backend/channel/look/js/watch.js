// A page that shows work of ours which no topic tells of (a batch): asked for again while something on it still runs.
import { refresh } from "./parts.js";

const EVERY = 2000;

async function look() {
  if (document.querySelector("[data-running]") && !document.hidden) await refresh().catch(() => {});
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
