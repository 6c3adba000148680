// The stretch of the night that is shown, in seconds from the start of the recording.
const SHORTEST_S = 0.5;

export class ShownWindow extends EventTarget {
  constructor(durationS) {
    super();
    this.durationS = durationS;
    this.startS = 0;
    this.endS = durationS;
  }

  get spanS() { return this.endS - this.startS; }
  get middleS() { return (this.startS + this.endS) / 2; }

  // Never outside the recording, never shorter than half a second.
  show(startS, endS) {
    const spanS = Math.min(Math.max(endS - startS, Math.min(SHORTEST_S, this.durationS)), this.durationS);
    const first = Math.min(Math.max(startS, 0), this.durationS - spanS);
    if (first === this.startS && first + spanS === this.endS) return;
    this.startS = first;
    this.endS = first + spanS;
    this.dispatchEvent(new Event("change"));
  }

  pan(byS) { this.show(this.startS + byS, this.startS + byS + this.spanS); }

  // What lies at a moment stays where it is on the screen.
  zoom(factor, atS = this.middleS) {
    const spanS = Math.min(Math.max(this.spanS * factor, SHORTEST_S), this.durationS);
    const share = (atS - this.startS) / this.spanS;
    this.show(atS - share * spanS, atS + (1 - share) * spanS);
  }

  centre(atS, spanS = this.spanS) { this.show(atS - spanS / 2, atS + spanS / 2); }
}
