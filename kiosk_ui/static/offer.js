// The agent signs for the handoff; then the form goes, and the code appears.
import { signed } from "./agent.js";

const form = document.querySelector("[data-offer]");

try {
  for (const [name, value] of Object.entries(await signed(form.dataset.agent, "handoff"))) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(field);
  }
  form.requestSubmit();
} catch {
  for (const part of document.querySelectorAll("[data-unready]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-ready]")) part.hidden = true;
}
