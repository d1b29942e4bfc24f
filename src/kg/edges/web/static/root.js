// Where the site begins: below which path a proxy serves it.

export const site = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
