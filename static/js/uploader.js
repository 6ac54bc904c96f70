// Files to send: names, sizes, what is wrong with them, and a way to take one away again. Dropping and pasting work too.
import { sizeWords } from "./words.js";

const inputOf = (uploader) => uploader.querySelector("input[type=file]");

function put(input, files) {
  const carrier = new DataTransfer();
  for (const file of files) carrier.items.add(file);
  input.files = carrier.files;
  draw(input.closest("[data-uploader]"));
}

function draw(uploader) {
  const input = inputOf(uploader), list = uploader.querySelector("[data-uploader-list]");
  const maxBytes = Number(uploader.dataset.maxBytes) || Infinity, maxFiles = Number(uploader.dataset.maxFiles) || Infinity;
  const files = [...input.files];
  let wrong = "";
  list.replaceChildren(...files.map((file, index) => {
    const item = document.createElement("li"), name = document.createElement("span"), size = document.createElement("span"), drop = document.createElement("button");
    const tooBig = file.size > maxBytes, tooMany = index >= maxFiles;
    item.className = tooBig || tooMany ? "file file-bad" : "file";
    name.className = "file-name";
    name.textContent = file.name;
    size.className = "file-size";
    size.textContent = tooBig ? `${sizeWords(file.size)}: more than ${sizeWords(maxBytes)}` : tooMany ? `more than ${maxFiles} files` : sizeWords(file.size);
    drop.type = "button";
    drop.className = "btn-quiet";
    drop.setAttribute("aria-label", `Take ${file.name} away`);
    drop.textContent = "×";
    drop.addEventListener("click", () => put(input, files.filter((_, other) => other !== index)));
    item.append(name, size, drop);
    if (tooBig) wrong = `${file.name} is larger than ${sizeWords(maxBytes)}. Take it away, or send a link instead.`;
    else if (tooMany) wrong = `At most ${maxFiles} files at a time.`;
    return item;
  }));
  input.setCustomValidity(wrong);
}

function add(uploader, files) {
  const input = inputOf(uploader);
  put(input, input.multiple ? [...input.files, ...files] : files.slice(0, 1));
}

document.addEventListener("change", (event) => {
  const uploader = event.target.closest("[data-uploader]");
  if (uploader && event.target === inputOf(uploader)) draw(uploader);
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const uploader = event.target.closest?.("[data-uploader], form:has([data-uploader])");
    const target = uploader?.matches("[data-uploader]") ? uploader : uploader?.querySelector("[data-uploader]");
    if (!target || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    target.classList.toggle("is-over", kind === "dragover");
    if (kind === "drop") add(target, [...event.dataTransfer.files]);
  });
}
document.addEventListener("paste", (event) => {
  const uploader = event.target.closest?.("form:has([data-uploader])")?.querySelector("[data-uploader]");
  const files = [...(event.clipboardData?.files ?? [])];
  if (uploader && files.length) add(uploader, files);
});
