// Search as you type: what the server would draw is asked for while the hand is in the field; the list appears below it.
// Without this script, Continue shows the same list.
import { fetchPage, parse } from "./parts.js";

const PAUSE = 250;
const LEAST = 2;
let timer = 0;
let asking = null;

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("input[type=search]") || !field.form) return;
  clearTimeout(timer);
  asking?.abort();
  if (field.value.trim().length < LEAST) { show(field, null); return; }
  timer = setTimeout(() => ask(field), PAUSE);
});

async function ask(field) {
  asking = new AbortController();
  const body = new URLSearchParams(new FormData(field.form));
  body.set("do", "look");
  try {
    const answer = await fetchPage(field.form.action, { method: "POST", body, signal: asking.signal });
    if (answer.ok && !answer.redirected) show(field, parse(await answer.text()).getElementById(`${field.id}-hits`));
  } catch { /* the next letter asks again, and Continue asks without script */ }
}

function show(field, list) {
  document.getElementById(`${field.id}-hits`)?.remove();
  field.removeAttribute("aria-controls");
  if (!list) return;
  field.after(document.adoptNode(list));
  field.setAttribute("aria-controls", list.id);
}
