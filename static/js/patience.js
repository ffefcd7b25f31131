// A signal that ends a request after so many milliseconds; browsers of some years ago have none of their own.
export function after(milliseconds) {
  if (AbortSignal.timeout) return AbortSignal.timeout(milliseconds);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

// What `promise` comes to, or `otherwise` when that takes too long or fails.
export const within = (milliseconds, promise, otherwise) =>
  Promise.race([
    promise.catch(() => otherwise),
    new Promise((resolve) => setTimeout(resolve, milliseconds, otherwise)),
  ]);
