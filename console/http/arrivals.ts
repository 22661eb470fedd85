/** How somebody came to the page that is shown: by a link, back, or by opening the address. */

type Arrival = 'opened' | 'link' | 'back';

let arrival: Arrival = 'opened';

// The router tells by these names that the address has changed; the browser itself only of the way back.
window.addEventListener('pushState', () => (arrival = 'link'));
window.addEventListener('popstate', () => (arrival = 'back'));

/** The last way. Changing what the address says of the same page, as filters do, counts as well. */
export const lastArrival = (): Arrival => arrival;
