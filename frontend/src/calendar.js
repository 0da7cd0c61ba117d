// The calendar under the hand: arrow keys go from day to day and text to text, m or a drag moves, the server decides.
import { showToast } from "./toast.js";

const calendar = () => document.getElementById("calendar");
const dialog = () => document.getElementById("move");
const here = () => location.pathname + location.search;
const csrf = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";

// --- what the server answered ---

const sayAgain = (page) => {
  const toast = page.querySelector("#toasts .toast");
  if (!toast) return;
  const undo = toast.querySelector("form")?.getAttribute("action") ?? "";
  showToast(toast.firstChild.textContent.trim(), { undo, isBad: toast.classList.contains("bad") });
};

const show = (text) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.getElementById("calendar");
  if (!fresh) return location.reload(); // a session that ended answers with the log-in page
  const focused = document.activeElement?.dataset?.move;
  calendar().replaceWith(fresh);
  if (focused) document.querySelector(`[data-move="${CSS.escape(focused)}"]`)?.focus();
  sayAgain(page);
};

const settle = async (answer, putBack) => {
  const text = await answer.text();
  if (answer.status === 422) {
    putBack();
    return openWith(text);
  }
  if (!answer.ok) throw new Error(String(answer.status));
  dialog()?.close();
  show(text);
};

const post = async (address, body, putBack = () => {}) => {
  body.set("csrfmiddlewaretoken", csrf());
  body.set("next", here());
  try {
    await settle(await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" } }), putBack);
  } catch {
    putBack();
    showToast(document.body.dataset.failed, { isBad: true });
    const page = await fetch(here()).catch(() => null);
    if (page?.ok) show(await page.text());
  }
};

// --- the dialog: to which day and time ---

const openWith = (html) => {
  const box = dialog();
  box.innerHTML = html;
  if (!box.open) box.showModal();
  box.querySelector("input[type=date]")?.focus();
};

const askWhere = async (item) => {
  const address = `${item.dataset.move}?${new URLSearchParams({ next: here() })}`;
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    openWith(await answer.text());
  } catch {
    location.assign(address);
  }
};

document.addEventListener("submit", (event) => {
  if (!event.target.matches("#move [data-move-form]")) return;
  event.preventDefault();
  post(event.target.action, new FormData(event.target, event.submitter));
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("#move [data-dialog-close]")) return;
  event.preventDefault();
  dialog().close();
});

// --- keys ---

const days = () => [...calendar().querySelectorAll("[data-day]")].filter((day) => day.offsetParent);
const itemsOf = (day) => [...day.querySelectorAll("[data-item]")];
const enter = (day, fromBelow = false) => day && (itemsOf(day).at(fromBelow ? -1 : 0) ?? day).focus();

// What has no date stands behind the last day: arrows go on there, u goes there from anywhere, and back to the day one came from.
let cameFrom = null;
const undated = () => [...calendar().querySelectorAll("[data-undated] [data-item]")].filter((item) => item.offsetParent);
const enterUndated = (day) => {
  cameFrom = day;
  undated()[0]?.focus();
};

const leaveUndated = () => {
  const all = days();
  enter(all.includes(cameFrom) ? cameFrom : all.find((day) => day.dataset.day === cameFrom?.dataset.day) ?? all.at(-1));
};

const stepUndated = (key, item) => {
  const items = undated();
  const next = items[items.indexOf(item) + (key === "ArrowDown" || key === "ArrowRight" ? 1 : -1)];
  if (key === "ArrowLeft" || (key === "ArrowUp" && !next)) leaveUndated();
  else next?.focus();
};

const step = (key, item, day) => {
  const all = days();
  const at = all.indexOf(day);
  const perRow = Number(day.closest("[data-per-row]")?.dataset.perRow);
  const row = perRow ? perRow : calendar().querySelector(".month") && getComputedStyle(day.parentElement).display === "grid" ? 7 : 1;
  const across = Number(day.closest("[data-across]")?.dataset.across ?? 1); // columns one after the other: a step aside is a whole one
  if (key === "ArrowLeft") return enter(all[at - across]);
  if (key === "ArrowRight") return all[at + across] ? enter(all[at + across]) : enterUndated(day);
  const items = itemsOf(day);
  const way = key === "ArrowDown" ? 1 : -1;
  const next = item ? items[items.indexOf(item) + way] : way > 0 && items[0];
  if (next) next.focus();
  else if (item && way < 0 && row === 7) day.focus();
  else if (way > 0 && !all[at + row]) enterUndated(day);
  else enter(all[at + way * row], way < 0);
};

document.addEventListener("keydown", (event) => {
  const day = event.target.closest?.("[data-day]");
  const item = event.target.closest?.("[data-item]");
  if (event.ctrlKey || event.metaKey || event.altKey || !calendar()) return;
  if (event.key === "u" && !event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [popover]")) {
    return enterUndated(day);
  }
  if (!calendar().contains(event.target)) return;
  const isAside = Boolean(item?.closest("[data-undated]"));
  if ((day || isAside) && /^Arrow(Left|Right|Up|Down)$/.test(event.key)) {
    event.preventDefault();
    if (isAside) stepUndated(event.key, item);
    else step(event.key, item, day);
  } else if (event.key === "m" && item?.dataset.move) {
    event.preventDefault();
    askWhere(item);
  } else if (event.key === "Enter" && event.target === day) {
    day.querySelector(".add")?.click();
  }
});

// --- drag and drop ---

let dragged = null;

const placeAt = (target) => target.closest?.("#calendar [data-hour], #calendar [data-day], #calendar [data-undated]");

const mark = (place) => {
  for (const other of document.querySelectorAll("#calendar .over")) other.classList.remove("over");
  place?.classList.add("over");
};

// The text stands in its new place at once; the answer puts everything right. Gives back what puts it where it was.
const put = (item, place) => {
  const row = item.closest("li");
  const [before, next] = [row.parentElement, row.nextSibling];
  let list = place.querySelector(":scope > ul");
  if (!list) {
    list = document.createElement("ul");
    const cover = place.querySelector(":scope > .cover");
    if (cover) cover.before(list);
    else place.append(list);
  }
  list.append(row);
  return () => before.insertBefore(row, next?.parentNode === before ? next : null);
};

const wishOf = (item, place) => {
  const wish = new FormData();
  if (item.dataset.revision) wish.set("seen_revision", item.dataset.revision);
  const day = place.closest("[data-day]")?.dataset.day;
  if (place.dataset.rowKey) wish.set("row", place.dataset.rowKey); // in the rota: whose shift it becomes
  if (!day) wish.set("clear", "1");
  else wish.set("on_date", day);
  wish.set("at_time", place.dataset.hour ?? item.dataset.time ?? "");
  return wish;
};

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("#calendar [data-move]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.textContent.trim());
  calendar().classList.add("dragging");
});

document.addEventListener("dragover", (event) => {
  const place = dragged && placeAt(event.target);
  if (!place) return mark(null);
  event.preventDefault();
  mark(place);
});

document.addEventListener("drop", (event) => {
  const place = dragged && placeAt(event.target);
  if (!place) return;
  event.preventDefault();
  const item = dragged;
  const isSame = place.contains(item);
  dragged = null;
  mark(null);
  if (isSame) return;
  const wish = wishOf(item, place);
  post(item.dataset.move, wish, put(item, place));
});

document.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
  calendar()?.classList.remove("dragging");
});

// --- filters act at once ---

document.addEventListener("change", (event) => {
  event.target.closest("form[data-autosubmit]")?.requestSubmit();
});
