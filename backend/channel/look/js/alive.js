// A kiosk that has lost its server must not go on showing a person's data: after 20 seconds the glass goes blank, and
// the kiosk stands at its start page again once the server answers.
import { blank, forget } from "./wipe.js";

const EVERY = 5000;
const PATIENCE = 20000;
let answered = Date.now();
let timer = 0;
let lost = false;

const personal = () => Boolean(document.querySelector("[data-idle]"));

export function startAlive() {
  answered = Date.now();
  clearTimeout(timer);
  timer = setTimeout(ask, EVERY);
}

async function ask() {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), EVERY);
  try {
    const answer = await fetch("/look/alive", { cache: "no-store", credentials: "omit", signal: stop.signal });
    if (answer.ok) answered = Date.now();
    if (answer.ok && lost) { location.replace("/"); return; }
  } catch { /* counted below */ } finally { clearTimeout(limit); }
  if (!lost && personal() && Date.now() - answered > PATIENCE) {
    lost = true;
    document.documentElement.dataset.wiping = "1";
    blank();
    await forget();
  }
  timer = setTimeout(ask, EVERY);
}
