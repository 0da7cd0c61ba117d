// The ideas board under the hand: arrows go from card to card, with shift they move it, a drag does too. Each move presses
// the card's own button, so the server decides and the page works without this.
const lanes = () => [...document.querySelectorAll("[data-board] [data-stage]")];
const linksOf = (lane) => [...lane.querySelectorAll("[data-card] [data-item]")];
const buttonFor = (card, lane) => card.querySelector(`button[name=stage][value="${CSS.escape(lane.dataset.stage)}"]`);

const beside = (lane, way) => {
  const all = lanes();
  for (let at = all.indexOf(lane) + way; all[at]; at += way) if (linksOf(all[at]).length) return all[at];
  return null;
};

const go = (key, link, lane) => {
  const links = linksOf(lane);
  const at = links.indexOf(link);
  if (key === "ArrowDown") return links[at + 1]?.focus();
  if (key === "ArrowUp") return links[at - 1]?.focus();
  const there = linksOf(beside(lane, key === "ArrowRight" ? 1 : -1) ?? lane);
  if (there !== links) there[Math.min(at, there.length - 1)]?.focus();
};

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("[data-board] [data-card] [data-item]");
  if (!link || event.ctrlKey || event.metaKey || event.altKey || !/^Arrow(Left|Right|Up|Down)$/.test(event.key)) return;
  const lane = link.closest("[data-stage]");
  event.preventDefault();
  if (!event.shiftKey) return go(event.key, link, lane);
  const next = lanes()[lanes().indexOf(lane) + (event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0)];
  if (next && next !== lane) buttonFor(link.closest("[data-card]"), next)?.click();
});

let dragged = null;
const mark = (lane) => {
  for (const other of document.querySelectorAll("[data-board] .over")) other.classList.remove("over");
  lane?.classList.add("over");
};
const target = (event) => {
  const lane = dragged && event.target.closest?.("[data-board] [data-stage]");
  return lane && buttonFor(dragged, lane) ? lane : null;
};

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-board] [data-card][draggable]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector("[data-item]").textContent.trim());
});

document.addEventListener("dragover", (event) => {
  if (!dragged) return;
  const lane = target(event);
  if (lane) event.preventDefault();
  mark(lane);
});

document.addEventListener("drop", (event) => {
  const lane = target(event);
  if (!lane) return;
  event.preventDefault();
  buttonFor(dragged, lane).click();
});

document.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
});
