// A text block or an emoji goes where the cursor was last, in the text one wrote in last; signatures and hashtags go to its end.
const TEXTS = "#item-form .variant textarea, #reply textarea";
let last = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.(TEXTS)) last = event.target;
});

const place = () => {
  const open = [...document.querySelectorAll(TEXTS)].filter((one) => one.offsetParent);
  return last?.isConnected && last.offsetParent ? last : open[0];
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-insert]");
  const text = button && place();
  if (!text) return;
  const words = button.dataset.insert;
  text.focus();
  if ("insertEnd" in button.dataset) {
    const kept = text.value.trimEnd();
    text.setRangeText(`${kept ? "\n\n" : ""}${words}`, kept.length, text.value.length, "end");
  } else {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  }
  text.dispatchEvent(new Event("input", { bubbles: true }));
});
