// Nobody reads check-ins from this person any more: no page on this phone may offer to send one.
globalThis.caches?.delete("sidelight-kept").catch(() => {});
