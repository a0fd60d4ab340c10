// The kiosk's side of a handoff: a fresh code in place every 30 seconds, the number pad, and the end of the session here.
import { startCountdowns } from "./countdown.js";
import { fetchPage, swapParts } from "./parts.js";
import { wipe } from "./wipe.js";

const EVERY = 1500;
const OVER = ["ACTIVE", "COMPLETED"];
const box = () => document.querySelector("[data-handoff]");
let timer = 0;
let sendingNumber = false;

async function watch() {
  const here = box();
  if (!here || document.documentElement.dataset.wiping) return;
  try {
    const answer = await fetch(here.dataset.status, { cache: "no-store", credentials: "same-origin", headers: { Accept: "application/json" } });
    if ([401, 403, 404, 410].includes(answer.status)) { await left(answer.status); return; }
    if (answer.status === 429) { timer = setTimeout(watch, 1000 * Number(answer.headers.get("Retry-After") || 3)); return; }
    const { state } = await answer.json();
    if (OVER.includes(state)) { wipe("/"); return; }
    if (state !== here.dataset.state && !sendingNumber) await again();
  } catch { /* alive.js blanks the glass if the server stays silent */ }
  timer = setTimeout(watch, EVERY);
}

/** The session is gone (it moved to the phone, or it was ended): forget. An ended handoff alone only needs a fresh page. */
async function left(status) {
  if (status === 410 && (await fetchPage()).ok) location.replace(location.href);
  else wipe("/");
}

async function again() {
  const answer = await fetchPage();
  if (answer.redirected) { location.replace(answer.url); return; }
  if ([401, 403, 404].includes(answer.status)) { wipe("/"); return; }
  // heading and buttons change with the state as well, so the whole page is drawn anew
  location.replace(location.href);
}

document.addEventListener("errand:over", (event) => {
  const form = event.target.closest(".qr-panel")?.querySelector("form[data-auto]");
  if (form) form.requestSubmit();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-rotate], [data-number]")) return;
  event.preventDefault();
  if (form.matches("[data-number]") && !/^\d{6}$/.test(form.elements.number.value)) return;
  sendingNumber = form.matches("[data-number]");
  try {
    const answer = await fetchPage(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.redirected) location.replace(answer.url);
    else if ([401, 404].includes(answer.status)) wipe("/");
    else { document.activeElement?.blur(); swapParts(await answer.text()); }
  } catch { form.elements.number && (form.elements.number.value = ""); }
  sendingNumber = false;
});

function startPad() {
  const form = document.querySelector("[data-number]");
  if (!form || form.ready) return;
  form.ready = true;
  const field = form.elements.number;
  const slots = form.querySelector(".slots");
  const pad = form.querySelector(".pad");
  slots.hidden = pad.hidden = false;
  field.classList.add("enter");
  const show = () => {
    field.value = field.value.replace(/\D/g, "").slice(0, 6);
    [...slots.querySelectorAll("span")].forEach((slot, at) => {
      slot.textContent = field.value[at] ?? "";
      slot.classList.toggle("next", at === field.value.length);
    });
    if (field.value.length === 6) setTimeout(() => form.requestSubmit(), 120);
  };
  field.addEventListener("input", show);
  pad.addEventListener("click", (event) => {
    const { digit } = event.target.closest("[data-digit]")?.dataset ?? {};
    if (!digit || field.value.length === 6 && /\d/.test(digit)) return;
    field.value = digit === "clear" ? "" : digit === "back" ? field.value.slice(0, -1) : field.value + digit;
    show();
  });
  field.focus({ preventScroll: true });
  show();
}

startPad();
startCountdowns();
document.addEventListener("errand:parts", startPad);
timer = setTimeout(watch, EVERY);
addEventListener("pagehide", () => clearTimeout(timer));
