// The work list by keys: J and K move, Enter opens. Single letters can be switched off (localStorage "errand-keys" = "off").
export function startDesk() {
  if (document.documentElement.dataset.screen !== "desk" || localStorage.getItem("errand-keys") === "off") return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    const step = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (step) move(step);
    if (event.key === "Enter" && !event.target.closest("a, button")) document.querySelector("[data-row].cur a")?.click();
  });
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("cur"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  rows[at]?.classList.remove("cur");
  next.classList.add("cur");
  next.querySelector("a")?.focus();
}
