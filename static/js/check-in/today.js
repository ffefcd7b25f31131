// The date of today by the patient's own clock, as 2026-11-20; by the phone's where it does not know that clock.
export function today(timeZone) {
  const now = new Date();
  const write = (options) => new Intl.DateTimeFormat("en-CA", { dateStyle: "short", ...options }).format(now);
  try {
    return write({ timeZone });
  } catch {
    return write({});
  }
}
