// The work list by keys: J and K move, Enter opens. Single letters can be switched off, in this browser for good.
import { say } from "./parts.js";

const KEYS = "errand-keys";
let at = "";
let heading = "";

export function startDesk() {
  if (document.documentElement.dataset.screen !== "desk") return;
  heading = document.querySelector("[data-live-part=head] h1")?.textContent ?? "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    const step = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (step && localStorage.getItem(KEYS) !== "off") move(step);
    if (event.key === "Enter" && !event.target.closest("a, button")) document.querySelector("[data-row].cur a")?.click();
  });
  document.addEventListener("errand:parts", kept);
  const control = document.querySelector("[data-keys]");
  if (!control) return;
  control.hidden = false;
  showKeys(control);
  control.addEventListener("click", () => {
    localStorage.setItem(KEYS, localStorage.getItem(KEYS) === "off" ? "on" : "off");
    showKeys(control);
  });
}

function showKeys(control) {
  const off = localStorage.getItem(KEYS) === "off";
  control.textContent = off ? control.dataset.on : control.dataset.off;
  document.querySelector("[data-letters]")?.classList.toggle("off", off);
}

const rows = () => [...document.querySelectorAll("[data-row]")];
const link = (row) => row?.querySelector("a");

function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("cur"));
  choose(all[Math.max(0, Math.min(all.length - 1, now + step))]);
}

function choose(row) {
  for (const each of rows()) each.classList.toggle("cur", each === row);
  at = link(row)?.getAttribute("href") ?? "";
  link(row)?.focus();
}

// A list that was drawn anew keeps the row that was chosen, and says what it is about now.
function kept() {
  const row = rows().find((each) => link(each)?.getAttribute("href") === at);
  if (row && document.activeElement === document.body) choose(row);
  else row?.classList.add("cur");
  const now = document.querySelector("[data-live-part=head] h1")?.textContent ?? "";
  if (now && now !== heading) say(now);
  heading = now;
}
