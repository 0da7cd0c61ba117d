// j k move through the rows; other keys press the element that carries them as data-key, nearest row first.
import { openPalette } from "./palette.js";
import { undoLast } from "./toast.js";

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

const rows = () => [...document.querySelectorAll("[data-item]")].filter((row) => row.offsetParent);

const move = (step) => {
  const all = rows();
  const here = all.findIndex((row) => row === document.activeElement || row.closest("li")?.contains(document.activeElement));
  const start = here >= 0 ? here : all.findIndex((row) => row.hasAttribute("aria-current"));
  all[Math.min(all.length - 1, Math.max(0, start + step))]?.focus();
};

const isUsable = (element) => element.offsetParent && !element.disabled && element.getAttribute("aria-disabled") !== "true";

const press = (key) => {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const row = document.activeElement?.closest("li, tr, article");
  const target = [...(row?.querySelectorAll(selector) ?? []), ...document.querySelectorAll(selector)].find(isUsable);
  if (!target) return false;
  if (target.matches(TYPING)) target.focus();
  else target.click();
  return true;
};

const sendFrom = (field) => {
  const form = field.closest("form");
  const button = form?.querySelector("[data-send]");
  if (button && isUsable(button)) form.requestSubmit(button);
};

// The list names only keys that do something on this screen just now: a line says in data-needs what it needs there.
const openKeys = () => {
  const sheet = document.getElementById("keys");
  for (const line of sheet?.querySelectorAll("[data-needs]") ?? []) {
    line.hidden = ![...document.querySelectorAll(line.dataset.needs)].some((element) => element.offsetParent);
  }
  sheet?.showModal();
};

const FIXED = { j: () => move(1), k: () => move(-1), z: undoLast, "?": openKeys };

document.addEventListener("keydown", (event) => {
  const withControl = event.ctrlKey || event.metaKey;
  if (withControl && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (withControl && event.key === "Enter" && event.target.matches("textarea")) return sendFrom(event.target);
  if (withControl || event.altKey || event.isComposing || event.target.closest(`${TYPING}, dialog, [popover]`)) return;
  // What a page gives a key of its own goes first; ? always shows the keys.
  if (event.key.length === 1 && event.key !== "?" && press(event.key)) event.preventDefault();
  else if (Object.hasOwn(FIXED, event.key)) FIXED[event.key]();
});

// A command of the palette presses the key's element on the page.
document.addEventListener("click", (event) => {
  const command = event.target.closest("[data-press]");
  if (!command) return;
  event.preventDefault();
  command.closest("dialog")?.close();
  press(command.dataset.press);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest('[data-open="keys"]')) return;
  document.getElementById("person-menu")?.hidePopover();
  openKeys();
});
