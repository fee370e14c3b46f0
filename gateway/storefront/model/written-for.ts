/** Whether this is the server, which draws the first page for whoever comes, in whatever country. */
export const isServer = typeof document === "undefined";

/** How numbers and money are written: as the browser is set up; by the server in British English. */
export const LOCALE = isServer ? "en-GB" : undefined;

/** In which zone times are written: the browser's own; the server says that its is UTC. */
export const ZONE: Intl.DateTimeFormatOptions = isServer ? { timeZone: "UTC", timeZoneName: "short" } : {};
