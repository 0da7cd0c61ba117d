// A thread is one text in which a line of three hyphens begins the next part. Here it is cut at the cursor, its parts are counted,
// moved and joined; the pictures that stand at a part go with it. No word is lost: what was joined can be split again.
import { lengthOf, told } from "./count.js";

const CUT = /^[ \t]*---[ \t]*$/m;
const BETWEEN = "\n---\n";
const KEYS = { ArrowUp: "up", ArrowDown: "down", Backspace: "join" };

const bare = (piece) => piece.replace(/^\n+|\s+$/g, "");
const pieces = (text) => (text.trim() ? text.split(CUT).map(bare) : []);

const boxes = () => [...document.querySelectorAll("[data-parts]")];
const thread = (box) => document.getElementById(`id_thread-${box.dataset.parts}`);
const own = (box) => document.getElementById(`id_text-${box.dataset.parts}`);
const boxOf = (field) => boxes().find((box) => field === thread(box) || field === own(box));

// As if typed, so that the browser's own undo brings back what was before.
const type = (field, text, from, to) => {
  field.focus();
  field.setSelectionRange(from, to);
  const isTyped = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (isTyped) return;
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const write = (field, parts) => type(field, parts.join(BETWEEN), 0, field.value.length);

const caretIn = (field, index) => {
  const before = pieces(field.value).slice(0, index).join(BETWEEN).length + (index ? BETWEEN.length : 0);
  field.setSelectionRange(before, before);
};

// What was chosen here last for each picture: an answer that was asked for before that does not undo it.
const chosen = new Map();

document.addEventListener("change", ({ target }) => {
  if (target.matches?.('[name^="seat-"]')) chosen.set(target.name, target.value);
});

document.addEventListener("htmx:after:swap", () => {
  for (const [name, value] of chosen) {
    const seat = document.getElementsByName(name)[0];
    if (seat && [...(seat.options ?? [])].some((one) => one.value === value)) seat.value = value;
  }
});

// Where the pictures stand: number 1 is the text itself, so the first part of the thread is 2.
const reseat = (box, place) => {
  for (const seat of document.querySelectorAll(`[name^="seat-${box.dataset.parts}-"]`)) {
    if (!/^\d+$/.test(seat.value) || seat.value === "1") continue;
    const value = String(place(Number(seat.value) - 2) + 2);
    if (seat.options && ![...seat.options].some((one) => one.value === value)) seat.add(new Option(value, value));
    seat.value = value;
    chosen.set(seat.name, value);
  }
};

const split = (box, field) => {
  const isOwn = field === own(box);
  const [at, end] = [field.selectionStart, field.value.length];
  if (!isOwn) {
    const here = field.value.slice(0, at).split(CUT).length - 1;
    type(field, BETWEEN, at, field.selectionEnd);
    return reseat(box, (index) => (index > here ? index + 1 : index));
  }
  const rest = bare(field.value.slice(at));
  if (!rest) return add(box);
  box.closest("details").open = true;
  const parts = [rest, ...pieces(thread(box).value)];
  type(field, "", at, end);
  write(thread(box), parts);
  reseat(box, (index) => index + 1);
  caretIn(thread(box), 0);
};

const add = (box) => {
  const field = thread(box);
  box.closest("details").open = true;
  const end = field.value.length;
  type(field, field.value.trim() ? BETWEEN : "", end, end);
  field.setSelectionRange(field.value.length, field.value.length);
};

const swap = (box, index, other) => {
  const parts = pieces(thread(box).value);
  if (!(index in parts) || !(other in parts)) return;
  [parts[index], parts[other]] = [parts[other], parts[index]];
  write(thread(box), parts);
  reseat(box, (one) => (one === index ? other : one === other ? index : one));
  caretIn(thread(box), other);
};

const join = (box, index) => {
  const parts = pieces(thread(box).value);
  if (index < 1 || !(index in parts)) return;
  parts.splice(index - 1, 2, [parts[index - 1], parts[index]].filter(Boolean).join("\n\n"));
  write(thread(box), parts);
  reseat(box, (one) => (one >= index ? one - 1 : one));
  caretIn(thread(box), index - 1);
};

const VERBS = { up: (box, index) => swap(box, index, index - 1), down: (box, index) => swap(box, index, index + 1), join };

const row = (box, parts, index, number) => {
  const line = box.querySelector("template").content.firstElementChild.cloneNode(true);
  line.querySelector("b").textContent = line.dataset.name.replace("{n}", number);
  line.querySelector("[data-begin]").textContent = parts[index].slice(0, 60) || line.dataset.empty;
  const count = line.querySelector(".count");
  told(count, lengthOf(parts[index], own(box).dataset), Number(own(box).dataset.max) || 0);
  for (const button of line.querySelectorAll("button")) {
    button.dataset.index = index;
    button.ariaLabel = button.ariaLabel.replace("{n}", number);
    button.disabled = button.dataset.do === "down" ? index === parts.length - 1 : index === 0;
  }
  return line;
};

const show = (box) => {
  const [list, parts] = [box.querySelector("ol"), pieces(thread(box).value)];
  const held = list.contains(document.activeElement) ? document.activeElement.dataset : null;
  let number = 1;
  list.replaceChildren(...parts.map((part, index) => row(box, parts, index, (number += part ? 1 : 0))));
  if (held) list.querySelector(`[data-do="${held.do}"][data-index="${held.index}"]`)?.focus();
  box.hidden = false;
};

const showAll = () => boxes().filter(thread).forEach(show);

// Where one wrote last: a click on the button takes the focus from there.
let last = null;
document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.("textarea") && boxOf(target)) last = target;
});

document.addEventListener("input", ({ target }) => {
  const box = target.matches?.("textarea") && boxOf(target);
  if (box) show(box);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-parts] [data-do]");
  if (!button) return;
  const [box, verb] = [button.closest("[data-parts]"), button.dataset.do];
  if (verb === "add") return add(box);
  if (verb === "split") return split(box, last && boxOf(last) === box ? last : thread(box));
  const index = Number(button.dataset.index);
  VERBS[verb](box, index);
  const there = verb === "down" ? index + 1 : index - 1;
  const again = box.querySelector(`li [data-do="${verb}"][data-index="${there}"]`);
  if (again && !again.disabled) again.focus();
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  const box = field.matches?.("textarea") && boxOf(field);
  if (!box || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.shiftKey && event.key === "Enter") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return split(box, field);
  }
  const verb = event.altKey && !event.ctrlKey && KEYS[event.key];
  if (!verb || field !== thread(box) || (verb === "join") !== event.shiftKey) return;
  event.preventDefault();
  VERBS[verb](box, field.value.slice(0, field.selectionStart).split(CUT).length - 1);
});

showAll();
