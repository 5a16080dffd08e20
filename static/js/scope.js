// What a page listens to ends with the page, though the outbox and the scanner go on.

export class Scope {
  constructor() {
    this.endings = [];
  }

  on(target, type, listener) {
    target.addEventListener(type, listener);
    this.endings.push(() => target.removeEventListener(type, listener));
  }

  end() {
    for (const ending of this.endings.splice(0)) ending();
  }
}
