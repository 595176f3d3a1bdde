/** The line to the local Slack over which it tells what changed. It comes back by itself. */

const FIRST = 500; // milliseconds
const LONGEST = 10_000;

export class Live {
  /**
   * @param {(news: any) => void} hear what came @param {() => void} opened the line is there: read everything again
   * @param {() => void} lost the line is gone; it is tried again
   */
  constructor(hear, opened, lost) {
    Object.assign(this, { hear, opened, lost, person: null, socket: null, timer: 0, tries: 0 });
    window.addEventListener("online", () => this.again());
  }

  /** @param {string} person whose news one wants */
  listen(person) {
    this.person = person;
    this.tries = 0;
    this.#connect();
  }

  /** Tries now instead of later. */
  again() {
    if (this.person) this.#connect();
  }

  /** Something else found that nothing answers: the line is dropped and made again. */
  doubt() {
    const doubted = this.socket;
    this.socket = null;
    doubted?.close();
    clearTimeout(this.timer);
    this.#wait();
  }

  #connect() {
    clearTimeout(this.timer);
    this.socket?.close();
    const address = new URL(`/local/live?as=${encodeURIComponent(this.person)}`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.socket = socket;
    const mine = (act) => (event) => this.socket === socket && act(event);
    socket.addEventListener(
      "open",
      mine(() => {
        this.tries = 0;
        this.opened();
      }),
    );
    socket.addEventListener(
      "message",
      mine((event) => this.hear(JSON.parse(event.data))),
    );
    socket.addEventListener(
      "close",
      mine(() => this.#wait()),
    );
  }

  /** Twice as long after each failure, with some chance in it so that many pages do not come at once. */
  #wait() {
    const longest = Math.min(LONGEST, FIRST * 2 ** this.tries);
    const wait = Math.round(longest * (0.5 + Math.random() / 2));
    this.tries += 1;
    this.timer = setTimeout(() => this.#connect(), wait);
    this.lost();
  }
}
