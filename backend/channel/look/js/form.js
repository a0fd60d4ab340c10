// One question page: errors get the focus, nothing is sent twice, what was typed stays.
import { say, toast, words } from "./parts.js";

const LONG = 2000;
const LONGER = 8000;

export function startForms() {
  const summary = document.querySelector("[data-error-summary]");
  summary?.focus();
  for (const input of document.querySelectorAll(".number-plain")) input.setAttribute("inputmode", "none");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  if (!link) return;
  const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  const group = field.closest("fieldset, .govuk-form-group, .ledger") ?? field;
  group.scrollIntoView({ block: "start" });
  const target = field.matches("input, select, textarea, button") ? field
    : field.querySelector("input:not([type=hidden]), select, textarea, button") ?? field;
  target.focus({ preventScroll: true });
});

/** Marks a form as being sent, with words after two seconds and again after eight; answers a function that ends it. */
export function sending(form, submitter) {
  form.setAttribute("aria-busy", "true");
  submitter?.classList.add("busy");
  const told = words();
  const timers = [
    setTimeout(() => { toast(told.sending); say(told.sending ?? ""); }, LONG),
    setTimeout(() => { toast(told.long); say(told.long ?? ""); }, LONGER),
  ];
  return () => {
    timers.forEach(clearTimeout);
    form.removeAttribute("aria-busy");
    submitter?.classList.remove("busy");
    toast("");
  };
}

/** Plain navigation (phone, desk, web): the browser sends, we only prevent the second time and a send into nothing. */
export function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    if (form.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
    if (!navigator.onLine) {
      event.preventDefault();
      toast(`${words().offline}. ${words().kept}`);
      return;
    }
    const end = sending(form, event.submitter);
    addEventListener("pageshow", end, { once: true });
  });
}

export function watchConnection() {
  addEventListener("offline", () => toast(`${words().offline}. ${words().kept}`));
  addEventListener("online", () => toast(words().back, 4));
}
