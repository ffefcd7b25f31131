// A button over each Markdown field finds a page or a picture and puts its Markdown where the cursor is.

const PAUSE = 200; // milliseconds

export function startPicker(live, form) {
  const dialog = document.getElementById("picker");
  const title = dialog.querySelector("h2");
  const words = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  const none = dialog.querySelector(".picker-none");
  const template = document.getElementById("picker-buttons");
  let field;
  let what;
  let timer;
  let asked = 0;
  let finding = Promise.resolve();

  // Of a picture of which nothing is said yet: the cursor waits where that is to be written.
  const insert = (markdown) => {
    const start = field.selectionStart;
    dialog.close();
    field.focus();
    // As if it were typed, so that it can be undone; no other way leaves that to the browser.
    if (!document.execCommand("insertText", false, markdown)) {
      field.setRangeText(markdown, start, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (markdown.startsWith("![]")) field.setSelectionRange(start + 2, start + 2);
  };

  const chosen = () => field.value.slice(field.selectionStart, field.selectionEnd);

  const asMarkdown = (found) =>
    what === "link"
      ? `[${chosen() || found.name}](${found.address})`
      : `![${found.alt || chosen()}](${found.address})`;

  const row = (found) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    if (found.url) {
      const image = document.createElement("img");
      image.src = found.url;
      image.alt = "";
      button.append(image);
    }
    const name = document.createElement("span");
    name.textContent = found.kind ? `${found.name} (${found.kind})` : found.alt || found.name;
    button.append(name);
    button.addEventListener("click", () => insert(asMarkdown(found)));
    item.append(button);
    return item;
  };

  const find = () => {
    clearTimeout(timer);
    timer = undefined;
    finding = show();
  };

  const show = async () => {
    const mine = ++asked;
    const address = new URL(what === "link" ? live.dataset.pages : live.dataset.pictures, location.href);
    address.searchParams.set("q", words.value);
    address.searchParams.set("language", field.dataset.markdown);
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const { found } = await answer.json();
    list.replaceChildren(...found.map(row));
    none.textContent = found.length ? "" : none.dataset.none;
  };

  const open = (kind, of) => {
    what = kind;
    field = of;
    title.textContent = title.dataset[kind];
    words.value = kind === "link" ? chosen() : "";
    dialog.showModal();
    words.focus();
    find();
  };

  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  });
  words.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (timer !== undefined) find(); // what is listed was found by fewer words
    await finding;
    if (dialog.open) list.querySelector("button")?.click();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

  for (const each of form.querySelectorAll("textarea[data-markdown]")) {
    const buttons = template.content.firstElementChild.cloneNode(true);
    buttons.addEventListener("click", ({ target }) => {
      if (target.dataset.pick) open(target.dataset.pick, each);
    });
    each.before(buttons);
  }
}
