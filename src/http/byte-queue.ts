/** Bytes that come in pieces, until what they begin with is whole: a piece costs its own length, however many came before it. */
export class ByteQueue {
  /** What has come and is not taken; may be set to a part of itself. */
  bytes: Buffer = Buffer.alloc(0);
  /** Behind `bytes` there may be free memory of ours. */
  #hasRoom = false;

  /** Returns from where a new end of a line is to be sought. */
  append(chunk: Buffer): number {
    const { bytes } = this;
    const length = bytes.length + chunk.length;
    if (bytes.length === 0) {
      this.bytes = chunk;
      this.#hasRoom = false;
      return 0;
    }
    if (this.#hasRoom && bytes.byteOffset + length <= bytes.buffer.byteLength) {
      this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    } else {
      this.bytes = Buffer.from(new ArrayBuffer(2 * length), 0, length);
      this.bytes.set(bytes);
      this.#hasRoom = true;
    }
    this.bytes.set(chunk, bytes.length);
    return Math.max(0, bytes.length - 3);
  }
}
