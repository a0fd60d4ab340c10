// The kiosk: everything of a page, and that it forgets.
import { startAlive } from "./alive.js";
import { startCountdowns } from "./countdown.js";
import { fontsForNames } from "./fonts.js";
import { startForms } from "./form.js";
import { startGoing } from "./go.js";
import { startIdle } from "./idle.js";
import { startLive } from "./live.js";
import "./search.js";
import { startRail } from "./rail.js";
import { startKeyboard } from "./screen-keyboard.js";
import { blank, wipe } from "./wipe.js";

function start() {
  startForms();
  startCountdowns();
  startRail();
  startKeyboard();
  fontsForNames();
  startIdle();
  startAlive();
  startLive(() => wipe("/"));
}

startGoing(start);
start();
document.addEventListener("errand:parts", () => { startCountdowns(); startRail(); fontsForNames(); });
document.addEventListener("contextmenu", (event) => event.preventDefault());
addEventListener("pageshow", (event) => { if (event.persisted) { blank(); location.reload(); } });
