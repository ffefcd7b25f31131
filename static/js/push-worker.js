// Shows a message that came for this browser, and opens its page. Served as /push-worker.js.

self.addEventListener("push", (event) => {
  const { title, url, tag } = event.data.json();
  // A later message about the same flag takes the earlier one's place, and is heard all the same.
  const options = { data: { url }, ...(tag && { tag, renotify: true }) };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
