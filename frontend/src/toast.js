// Says what happened for ten seconds; what can be taken back stays for thirty. Resting on it stops the clock.
// What can be taken back only until it leaves says so behind its address (#until-10) and goes when that time is over.
const LIFE = 10_000;
const UNDO_LIFE = 30_000;

const csrf = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";

const input = (name, value) => Object.assign(document.createElement("input"), { type: "hidden", name, value });

const undoForm = (action) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  const button = document.createElement("button");
  button.textContent = document.body.dataset.undo;
  form.append(input("csrfmiddlewaretoken", csrf()), input("next", location.pathname + location.search), button);
  return form;
};

const live = (toast) => {
  let timer;
  const seconds = toast.querySelector("form")?.action.match(/#until-(\d+)$/)?.[1];
  if (seconds) return void setTimeout(() => toast.remove(), Math.max(3, seconds) * 1000);
  const life = toast.querySelector("form") ? UNDO_LIFE : LIFE;
  const start = () => (timer = setTimeout(() => toast.remove(), life));
  const stop = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("focusout", start);
  start();
};

export const showToast = (text, { undo = "", isBad = false } = {}) => {
  const box = document.getElementById("toasts");
  if (!box || !text) return;
  const toast = Object.assign(document.createElement("div"), { className: isBad ? "toast bad" : "toast" });
  toast.append(text);
  if (undo) toast.append(" ", undoForm(undo));
  box.replaceChildren(toast);
  live(toast);
};

document.querySelectorAll("#toasts .toast:not(.bad)").forEach(live);

// The server's word after a fragment: HX-Trigger: {"toast": {"text": "…", "undo": "/w/…"}}
document.addEventListener("toast", (event) => showToast(event.detail.text, { undo: event.detail.undo }));

// z takes back what the toast still offers
export const undoLast = () => document.querySelector("#toasts .toast form button")?.click();
