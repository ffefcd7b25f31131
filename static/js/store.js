// What this phone keeps, in one IndexedDB database. Its stores are made here and nowhere else.

const NAME = "sidelight";
const VERSION = 1;
const STORES = ["keys", "drafts", "outbox", "device"];

let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store);
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      // A newer page in another tab wants to add a store: it must not have to wait for this one.
      request.result.onversionchange = () => {
        request.result.close();
        opening = undefined;
      };
      resolve(request.result);
    };
  });
  opening.catch(() => (opening = undefined));
  return opening;
}

// Runs one request, and is done when what it did is on the disk.
async function run(store, mode, ask) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const request = ask(transaction.objectStore(store));
    transaction.commit?.(); // without waiting for the answer: the page may be about to go
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const get = (store, key) => run(store, "readonly", (rows) => rows.get(key));
export const keys = (store) => run(store, "readonly", (rows) => rows.getAllKeys());
export const put = (store, key, value) => run(store, "readwrite", (rows) => rows.put(value, key));
// Fails where the key is there already: of two tabs, one is first.
export const add = (store, key, value) => run(store, "readwrite", (rows) => rows.add(value, key));
export const remove = (store, key) => run(store, "readwrite", (rows) => rows.delete(key));
export const clear = (store) => run(store, "readwrite", (rows) => rows.clear());
