// Phone, desk and web: works without any of this; with it, errors get the focus and the page changes by itself.
import { startCountdowns } from "./countdown.js";
import { startDesk } from "./desk.js";
import { fontsForNames } from "./fonts.js";
import { guardForms, startForms, watchConnection } from "./form.js";
import { startLive } from "./live.js";
import "./search.js";
import "./push.js";

guardForms();
watchConnection();
startForms();
startCountdowns();
startDesk();
fontsForNames();
startLive();
document.addEventListener("errand:parts", () => { startCountdowns(); fontsForNames(); });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
