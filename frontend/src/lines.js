// A sentence grows in a box of its own (textarea.line) and is still one line: Enter sends, a pasted break is a space.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || !event.target.matches("textarea.line")) return;
  event.preventDefault();
  const form = event.target.form;
  form?.requestSubmit(form.querySelector("button:not([type=button])"));
});

document.addEventListener("input", ({ target }) => {
  if (target.matches("textarea.line") && /[\r\n]/.test(target.value)) target.value = target.value.replace(/\s*[\r\n]+\s*/g, " ");
});
