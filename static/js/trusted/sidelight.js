// The two things that browsers under Trusted Types take no plain text for, said in one place each.

const policy = globalThis.trustedTypes?.createPolicy("sidelight", {
  createHTML: (html) => html,
  createScriptURL(address) {
    if (address !== "/service-worker.js") throw new TypeError("We have no such worker.");
    return address;
  },
});

// HTML that stays apart: read without being shown, or shown in a frame where no script runs. Never for this page.
export const apart = (html) => policy?.createHTML(html) ?? html;

export const WORKER = policy?.createScriptURL("/service-worker.js") ?? "/service-worker.js";
