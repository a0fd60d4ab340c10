// The phone's side. The code stands in the fragment, which no server, log or preview sees; it leaves the address at
// once, and nothing is claimed before a tap.
import { clock } from "./countdown.js";

const told = document.querySelector("template[data-words]").dataset;
const code = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

const WATCH = 1500;
let handoff = null;
let kiosk = "";
let timer = 0;
let ticking = 0;
const keys = new Map();

const all = (selector) => document.querySelectorAll(selector);
const fill = (name, text) => all(`[data-fill="${name}"]`).forEach((box) => { box.textContent = text; });
const numbered = (words) => words.replace("%n%", kiosk);

function step(name) {
  for (const box of all("[data-step]")) box.hidden = box.dataset.step !== name;
  document.querySelector(`.sheet [data-step="${name}"] h1`)?.focus();
}

function ended(title, next = told.safe, words = "") {
  clearTimeout(timer);
  clearInterval(ticking);
  fill("ended-title", title);
  fill("ended-words", words);
  fill("ended-next", next);
  step("ended");
}

/** One key per act: when an answer was lost, the same key brings the same answer. */
function key(act) {
  if (!keys.has(act)) keys.set(act, crypto.randomUUID());
  return keys.get(act);
}

async function post(path, body = {}) {
  return fetch(`${told.api}/handoffs/${path}`, {
    method: "POST", credentials: "same-origin", referrerPolicy: "no-referrer", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-Errand": "1", "Idempotency-Key": key(path + JSON.stringify(body)) },
  });
}

function failed(answer) {
  if (answer.status === 409) ended(told.conflict, told.conflictNext);
  else if (answer.status === 429) ended(told.many, told.manyNext);
  else if (answer.status === 404 || answer.status === 410) ended(told.gone, told.goneNext);
  else ended(told.failed);
}

async function claim() {
  const typed = document.querySelector("[data-code-form] input")?.value;
  const body = typed ? { user_code: typed.toUpperCase().replace(/[^A-Z]/g, "") } : { code };
  const answer = await post("claim", body);
  if (!answer.ok) { failed(answer); return; }
  handoff = await answer.json();
  const { place } = handoff;
  kiosk = String(place.kiosk ?? "");
  fill("kiosk", kiosk);
  fill("hall", place.hall ?? "");
  fill("scope", handoff.scope_text ?? "");
  document.querySelector(".where b").textContent = numbered(told.kiosk);
  for (const box of all("[data-say]")) box.textContent = numbered(told[box.dataset.say.replace("claim.", "")]);
  step("place");
}

async function approve() {
  const answer = await post(`${handoff.id}/approve`);
  if (!answer.ok) { failed(answer); return; }
  const { number, number_expires_at: until } = await answer.json();
  fill("first", number.slice(0, 3));
  fill("second", number.slice(3));
  const digits = [...number.slice(0, 3)].join(" ") + ", " + [...number.slice(3)].join(" ");
  fill("spoken", digits);
  reading(digits);
  count(Math.min(90, Math.max(1, (new Date(until) - Date.now()) / 1000)));
  step("number");
  watch();
}

function count(seconds) {
  const end = performance.now() + seconds * 1000;
  const ring = document.querySelector('[data-step="number"] [data-ring] .left');
  const tick = () => {
    const left = Math.max(0, (end - performance.now()) / 1000);
    ring.setAttribute("stroke-dashoffset", String(100 - (100 * left) / 90));
    fill("left", told.left.replace("%t%", clock(Math.ceil(left))));
    if (left === 0) clearInterval(ticking);
  };
  ticking = setInterval(tick, 250);
  tick();
}

function reading(digits) {
  const button = document.querySelector("[data-read]");
  if (!("speechSynthesis" in window)) return;
  const { lang } = document.documentElement;
  const show = () => { button.hidden = !speechSynthesis.getVoices().some((voice) => voice.lang.slice(0, 2) === lang.slice(0, 2)); };
  show();
  speechSynthesis.onvoiceschanged = show;
  button.addEventListener("click", () => {
    const speech = new SpeechSynthesisUtterance(told.speak.replace("%d%", digits));
    speech.lang = lang;
    speech.rate = 0.8;
    speechSynthesis.speak(speech);
  });
}

async function watch() {
  let again = WATCH;
  try {
    const answer = await fetch(`${told.api}/handoffs/${handoff.id}`, { cache: "no-store", credentials: "same-origin", headers: { Accept: "application/json" } });
    if (answer.status === 429) again = 1000 * Number(answer.headers.get("Retry-After") || 3);
    else if ([404, 410].includes(answer.status)) {
      const { reason } = await answer.json().catch(() => ({}));
      over((reason ?? "").toUpperCase());
      return;
    } else {
      const { state } = await answer.json();
      if (state === "CONFIRMED") { await activate(); return; }
      if (["REJECTED", "CANCELLED", "EXPIRED", "REVOKED", "CONFLICT"].includes(state)) { over(state); return; }
    }
  } catch { /* a lost connection: the number keeps its time, we ask again */ }
  timer = setTimeout(watch, again);
}

function over(state) {
  if (state === "REJECTED") ended(told.rejected, told.fresh);
  else if (state === "CANCELLED" || state === "REVOKED") ended(told.cancelled, told.cancelledNext);
  else if (state === "CONFLICT") ended(told.conflict, told.conflictNext);
  else ended(told.late, told.fresh);
}

async function activate() {
  const answer = await post(`${handoff.id}/activate`);
  if (!answer.ok) { failed(answer); return; }
  const { case_id: moved } = await answer.json();
  location.replace(`/cases/${moved}`);
}

async function stop() {
  await post(`${handoff.id}/cancel`).catch(() => {});
  ended(told.cancelled, told.cancelledNext);
}

/** A button does its work once at a time; a lost connection says so and leaves the button to try again. */
function on(selector, act) {
  const button = document.querySelector(selector);
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    button.classList.add("busy");
    try { await act(); } catch { fill("offline", told.offline); document.querySelector("[data-announce]").textContent = told.offline; }
    button.removeAttribute("aria-disabled");
    button.classList.remove("busy");
  });
}

const form = document.querySelector("[data-code-form]");
on("[data-continue]", claim);
on("[data-yes]", approve);
on("[data-no]", stop);
on("[data-stop]", stop);
form?.addEventListener("submit", (event) => { event.preventDefault(); document.querySelector("[data-continue]").click(); });
if (!form && !/^[A-Za-z0-9_-]{22}$/.test(code)) ended(told.nocode, told.goneNext);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
