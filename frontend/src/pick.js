// Ticks of a [data-several] form: Shift picks all from the last one on, a button picks all that are shown, up to data-most.
const bar = () => document.querySelector("[data-several]");
const ticks = () => [...document.querySelectorAll(".tick[form=several]")].filter((tick) => tick.closest("li")?.offsetParent);
let last = null;

const tell = () => {
  const form = bar();
  if (!form) return;
  const all = ticks();
  const picked = all.filter((tick) => tick.checked).length;
  const most = Number(form.dataset.most);
  const isFull = picked >= most && all.length > most;
  const words = isFull ? form.dataset.wordsMost : form.dataset.words;
  const number = (n) => n.toLocaleString(document.documentElement.lang);
  form.querySelector("[data-picked]").textContent = words
    .replace("{n}", number(picked))
    .replace("{all}", number(all.length))
    .replace("{most}", number(most));
  form.querySelector("[data-pick-all]").hidden = picked === Math.min(all.length, most);
  form.querySelector("[data-pick-none]").hidden = picked === 0;
};

const pickRange = (from, to) => {
  const all = ticks();
  const [start, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  if (start < 0) return;
  for (const tick of all.slice(start, end + 1)) tick.checked = to.checked;
};

document.addEventListener("click", (event) => {
  const tick = event.target.closest(".tick[form=several]");
  if (tick && bar()) {
    if (event.shiftKey && last?.isConnected) pickRange(last, tick);
    last = tick;
    tell();
  } else if (event.target.closest("[data-pick-all]")) {
    ticks().forEach((one, at) => (one.checked = at < Number(bar().dataset.most)));
    tell();
  } else if (event.target.closest("[data-pick-none]")) {
    for (const one of ticks()) one.checked = false;
    tell();
  }
});

// With Shift the key x picks all from the last one on, too.
document.addEventListener("keydown", (event) => {
  if (event.key !== "X" || event.ctrlKey || event.metaKey || event.altKey || !bar()) return;
  const tick = document.activeElement?.closest("li")?.querySelector(".tick[form=several]");
  if (!tick) return;
  event.preventDefault();
  tick.checked = true;
  if (last?.isConnected) pickRange(last, tick);
  last = tick;
  tell();
});
