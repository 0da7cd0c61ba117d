// A picture that is pasted into an answer, or dropped on it, goes the same way as one that was chosen.
import { showToast } from "./toast.js";

const formOf = (event) => event.target.closest?.("#reply");
const imagesOf = (data) => [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));

const give = (form, files) => {
  const input = form.querySelector("input[type=file][name=pictures]");
  if (!input) return showToast(form.dataset.noPictures ?? form.querySelector(".answer-pictures > p:last-child")?.textContent, { isBad: true });
  const chosen = new DataTransfer();
  for (const file of input.multiple ? files : files.slice(0, 1)) chosen.items.add(file);
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

document.addEventListener("paste", (event) => {
  const form = formOf(event);
  const files = form ? imagesOf(event.clipboardData) : [];
  // Words copied from a page or a table bring a picture of themselves along; the words are meant.
  if (!files.length || event.clipboardData.getData("text/plain")) return;
  event.preventDefault();
  give(form, files);
});

const isFile = (event) => event.dataTransfer?.types.includes("Files");

for (const name of ["dragenter", "dragover"])
  document.addEventListener(name, (event) => {
    const form = isFile(event) ? formOf(event) : null;
    if (!form) return;
    event.preventDefault();
    form.classList.add("takes");
  });
for (const name of ["dragleave", "drop"])
  document.addEventListener(name, (event) => {
    const form = formOf(event);
    if (form && !(name === "dragleave" && form.contains(event.relatedTarget))) form.classList.remove("takes");
  });
document.addEventListener("drop", (event) => {
  const form = isFile(event) ? formOf(event) : null;
  if (!form) return;
  event.preventDefault();
  const files = imagesOf(event.dataTransfer);
  if (files.length) give(form, files);
});

let before = 0;
document.addEventListener("htmx:before:swap", () => (before = document.querySelectorAll(".answer-picture").length));
document.addEventListener("htmx:after:swap", () => {
  const said = document.querySelector(".answer-pictures [data-said]");
  if (said) {
    showToast(said.dataset.said, { undo: said.dataset.undo });
    said.remove();
  }
  const rows = document.querySelectorAll(".answer-picture");
  if (rows.length > before) rows[before].querySelector("textarea").focus();
  before = rows.length;
});
