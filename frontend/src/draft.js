// Words typed into form[data-draft] outlive a reload, a lost connection and an expired log-in, until the server took them.
import { forget, keep, names, recall } from "./store.js";
import { showToast } from "./toast.js";

const FIELDS = "textarea[name], input[type=text][name]";
const nameOf = (form) => `draft:${location.pathname}:${form.dataset.draft}`;
const valuesOf = (form) => Object.fromEntries([...form.querySelectorAll(FIELDS)].map((field) => [field.name, field.value]));

const restore = (form) => {
  const draft = recall(nameOf(form));
  if (!draft) return;
  let isChanged = false;
  for (const field of form.querySelectorAll(FIELDS)) {
    const typed = draft.values[field.name];
    if (typed === undefined || typed === field.value || field.value !== field.defaultValue) continue;
    // Text the server has changed since is not overwritten by what was typed before.
    if (draft.from[field.name] !== undefined && draft.from[field.name] !== field.defaultValue) continue;
    field.value = typed;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    isChanged = true;
  }
  if (isChanged) showToast(document.body.dataset.kept);
};

const write = (form) => {
  const from = Object.fromEntries([...form.querySelectorAll(FIELDS)].map((field) => [field.name, field.defaultValue]));
  keep(nameOf(form), { values: valuesOf(form), from, sent: false });
};

// A redirect after sending means: taken. A page without rail is the log-in or an error: not taken.
const settle = () => {
  const wasRedirected = performance.getEntriesByType("navigation")[0]?.redirectCount > 0;
  const isInside = document.body.classList.contains("app");
  for (const name of names("draft:")) {
    const draft = recall(name);
    if (!draft?.sent) continue;
    if (isInside && wasRedirected) forget(name);
    else keep(name, { ...draft, sent: false });
  }
};

settle();
document.querySelectorAll("form[data-draft]").forEach(restore);
document.addEventListener("htmx:after:swap", () => document.querySelectorAll("form[data-draft]").forEach(restore));

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form && event.isTrusted) write(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  const draft = form.matches("[data-draft]") && recall(nameOf(form));
  if (draft) keep(nameOf(form), { ...draft, sent: true });
});
// Only the form itself takes the words: what looks at them while they are typed stands inside it and takes nothing.
document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  const form = sourceElement?.matches?.("form[data-draft]") ? sourceElement : null;
  if (form && response?.raw.ok && !response.raw.redirected) forget(nameOf(form));
});
