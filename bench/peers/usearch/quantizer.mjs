// Rows and queries as int8, so that the order of distances is kept as well as 8 bits can.

const LEVELS = 255;

export class Quantizer {
  // Of l2: q = round((x - offset) · scale), the same for rows and queries. Of an inner product there is no offset, and
  // every query has a scale of its own, since that changes no order.
  constructor({ metric, offset, scale }) {
    Object.assign(this, { metric, offset, scale });
  }

  static fit(values, metric) {
    let lowest = Infinity;
    let highest = -Infinity;
    let whole = true;
    for (const value of values) {
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      whole &&= Number.isInteger(value);
    }
    if (metric !== 'l2') {
      return new Quantizer({ metric, offset: 0, scale: 127 / (Math.max(-lowest, highest) || 1) });
    }
    const span = highest - lowest || 1;
    // Bytes stay what they are: nothing is lost.
    const scale = whole && span <= LEVELS ? 1 : LEVELS / span;
    return new Quantizer({ metric, offset: lowest + 128 / scale, scale });
  }

  rows(values) {
    const codes = new Int8Array(values.length);
    this.#convert(values, codes, this.offset, this.scale);
    return codes;
  }

  queries(values, dimensions) {
    const codes = new Int8Array(values.length);
    if (this.metric === 'l2') {
      this.#convert(values, codes, this.offset, this.scale);
      return codes;
    }
    for (let at = 0; at < values.length; at += dimensions) {
      const query = values.subarray(at, at + dimensions);
      let largest = 0;
      for (let i = 0; i < query.length; i++) largest = Math.max(largest, Math.abs(query[i]));
      this.#convert(query, codes.subarray(at, at + dimensions), 0, 127 / (largest || 1));
    }
    return codes;
  }

  #convert(values, codes, offset, scale) {
    for (let i = 0; i < values.length; i++) {
      codes[i] = Math.max(-128, Math.min(127, Math.round((values[i] - offset) * scale)));
    }
  }
}
