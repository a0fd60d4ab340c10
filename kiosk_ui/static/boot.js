// Opens a session of this device and goes on; while the agent is not there, it tries again and says so.
import { openSession } from "./agent.js";

const EVERY = 3000;
const box = document.querySelector("[data-boot]");

async function begin() {
  try {
    await openSession(box.dataset.agent);
    location.replace(box.dataset.then);
  } catch {
    for (const part of document.querySelectorAll("[data-unready]")) part.hidden = false;
    for (const part of document.querySelectorAll("[data-ready]")) part.hidden = true;
    setTimeout(begin, EVERY);
  }
}

begin();
