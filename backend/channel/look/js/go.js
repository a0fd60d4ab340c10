// A kiosk keeps one history entry: links and forms replace the page, so that there is nothing to go back to.
import { sending } from "./form.js";
import { parse, toast, words } from "./parts.js";
import { end } from "./wipe.js";

let start = () => {};
const ours = (form) => !form.matches("[data-number], [data-rotate], [data-navigate]") && form.method !== "dialog";

export function startGoing(again) {
  start = again;
  document.addEventListener("click", follow);
  document.addEventListener("submit", submit);
}

function follow(event) {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || link.target || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  location.replace(link.href);
}

async function submit(event) {
  const form = event.target;
  if (event.defaultPrevented || !ours(form) || form.dataset.native) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  if (form.matches("[data-end]")) { end(form); return; }
  const done = sending(form, event.submitter);
  try {
    const answer = await send(form, event.submitter);
    if (answer.redirected) { location.replace(answer.url); return; }
    if (answer.headers.get("Content-Type")?.startsWith("text/html")) show(await answer.text());
    else if (answer.ok) location.replace(location.href);
    else toast(words().again, 8);
  } catch {
    await otherwise(form, event.submitter);
  }
  done();
}

function send(form, submitter) {
  const data = new FormData(form, submitter);
  const action = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  if (form.method === "get") return fetch(`${action.split("?")[0]}?${new URLSearchParams(data)}`, { credentials: "same-origin" });
  return fetch(action, {
    method: "POST", credentials: "same-origin",
    body: form.enctype === "multipart/form-data" ? data : new URLSearchParams(data),
  });
}

/** The answer leads to another site (login), which a fetch may not follow: let the browser send it. Or nobody answers. */
async function otherwise(form, submitter) {
  const alive = await fetch("/look/alive", { cache: "no-store" }).then((answer) => answer.ok, () => false);
  if (!alive) { toast(`${words().offline}. ${words().again}`, 8); return; }
  form.dataset.native = "1";
  form.removeAttribute("aria-busy");
  form.requestSubmit(submitter);
}

/** A page with errors: the same address, another body. */
function show(html) {
  const fresh = parse(html);
  const live = 'meta[name="errand-live"]';
  document.querySelector(live)?.remove();
  const meta = fresh.querySelector(live);
  if (meta) document.head.append(document.adoptNode(meta));
  document.title = fresh.title;
  document.body.replaceWith(document.adoptNode(fresh.body));
  start();
}
