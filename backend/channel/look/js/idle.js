// Sixty seconds without a hand, then a warning of twenty that anyone may answer as often as they like (WCAG 2.2.1).
import { paint } from "./countdown.js";
import { end, wipe } from "./wipe.js";

let last = Date.now();
let warnedAt = 0;
let timer = 0;
let kept = Date.now();
const KEEP = 20000;

const dialog = () => document.querySelector("[data-idle]");
const chosen = () => /errand_(look|lang)=/.test(document.cookie);

export function startIdle() {
  last = Date.now();
  warnedAt = 0;
  clearInterval(timer);
  timer = setInterval(tick, 250);
}

for (const kind of ["pointerdown", "keydown", "input", "scroll", "focusin"]) {
  addEventListener(kind, () => { if (!warnedAt) last = Date.now(); }, { capture: true, passive: true });
}

function tick() {
  if (document.documentElement.dataset.wiping) return;
  const box = dialog();
  const idle = (Date.now() - last) / 1000;
  if (!box) {
    // nobody's page: what the last person set (language, text size) does not stay for the next one
    if (idle > 60 && chosen()) { last = Date.now(); wipe(location.pathname); }
    return;
  }
  const { after, warn } = box.dataset;
  if (last > kept && Date.now() - kept > KEEP) keep();
  if (!warnedAt && idle >= Number(after)) warn_(box);
  if (!warnedAt) return;
  const left = Math.max(0, Number(warn) - (Date.now() - warnedAt) / 1000);
  paint(box.querySelector(".countdown"), left, Number(warn));
  const words = box.querySelector("#idle-words b");
  if (words) words.textContent = Math.ceil(left);
  if (left === 0) leave();
}

/** The server counts its own idle time and hears nothing of a screen keyboard: it is told that a hand is here. */
function keep() {
  kept = Date.now();
  fetch("/api/v1/sessions/self/keep", {
    method: "POST", body: "{}", credentials: "same-origin", headers: { "Content-Type": "application/json", "X-Errand": "1" },
  }).catch(() => { /* alive.js notices a silent server */ });
}

function warn_(box) {
  warnedAt = Date.now();
  box.showModal();
  box.querySelector("[data-idle-stay]").focus();
}

function stay() {
  const box = dialog();
  warnedAt = 0;
  last = Date.now();
  keep();
  if (box?.open) box.close();
}

const leave = () => end(document.querySelector("form[data-end]"));

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-idle-stay]")) stay();
  if (event.target.closest("[data-idle-end]")) leave();
});
document.addEventListener("cancel", (event) => { if (event.target.matches?.("[data-idle]")) stay(); }, true);
