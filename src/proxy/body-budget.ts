import { Refusal } from './refusal.ts';

/** Limits of request bodies that are read whole before anything is done with them. */
export interface BodyLimits {
  /** Bytes of all such bodies together. */
  readonly bytes: number;
  /** Milliseconds that each may take to arrive. */
  readonly ms: number;
}

export const BODY_LIMITS: BodyLimits = { bytes: 32 * 1024 * 1024, ms: 30_000 };

/** The first memory of a body, which doubles as it fills. */
const FIRST_BYTES = 1024;

/** The memory that bodies are read into, all together: clients need no token to begin one. */
export class BodyBudget {
  readonly #limits: BodyLimits;
  readonly #bodies = new Set<BodyInMemory>();
  #used = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Bytes that are in use. */
  get used(): number {
    return this.#used;
  }

  /**
   * Room for a body. It is to be released in any case.
   * @param ended called when it took too long, or when its memory was needed for others
   */
  open(ended: (why: Refusal) => void): BodyInMemory {
    const body: BodyInMemory = new BodyInMemory(this.#limits.ms, {
      ended,
      reserve: (bytes) => this.#reserve(bytes, body),
      released: (bytes) => {
        this.#used -= bytes;
        this.#bodies.delete(body);
      },
    });
    this.#bodies.add(body);
    return body;
  }

  /** @returns false where the body that asks is itself the one to end, or nothing can be ended for it */
  #reserve(bytes: number, asking: BodyInMemory): boolean {
    while (this.#used + bytes > this.#limits.bytes) {
      const worst = this.#worst();
      if (worst === undefined || worst === asking) return false;
      worst.end(busy());
    }
    this.#used += bytes;
    return true;
  }

  /** Of those that have not arrived: the one that has held most memory for the longest time. Small and quick ones stay. */
  #worst(): BodyInMemory | undefined {
    const now = performance.now();
    let worst: BodyInMemory | undefined;
    let most = -1;
    for (const body of this.#bodies) {
      const weight = body.isComplete ? -1 : body.reserved * (now - body.began);
      if (weight <= most) continue;
      worst = body;
      most = weight;
    }
    return worst;
  }
}

interface Hooks {
  readonly ended: (why: Refusal) => void;
  readonly reserve: (bytes: number) => boolean;
  readonly released: (bytes: number) => void;
}

/** One body, in one piece of memory: kept as they came, single bytes would take hundreds each. */
export class BodyInMemory {
  readonly began = performance.now();
  readonly #hooks: Hooks;
  readonly #late: NodeJS.Timeout;
  #memory: Buffer = Buffer.alloc(0);
  #length = 0;
  #isComplete = false;
  #isReleased = false;

  constructor(ms: number, hooks: Hooks) {
    this.#hooks = hooks;
    this.#late = setTimeout(() => this.end(tooSlow(ms)), ms);
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  get reserved(): number {
    return this.#memory.byteLength;
  }

  /** Bytes that have come. */
  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** @throws Refusal when there is no memory for it */
  add(piece: Uint8Array): void {
    if (this.#isReleased) return;
    const length = this.#length + piece.byteLength;
    if (length > this.reserved) this.#grow(length);
    this.#memory.set(piece, this.#length);
    this.#length = length;
  }

  /** All of it has come, or no more of it is read into memory. */
  complete(): void {
    this.#isComplete = true;
    clearTimeout(this.#late);
  }

  end(why: Refusal): void {
    if (this.#isReleased || this.#isComplete) return;
    this.release();
    this.#hooks.ended(why);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearTimeout(this.#late);
    this.#hooks.released(this.reserved);
    this.#memory = Buffer.alloc(0);
    this.#length = 0;
  }

  #grow(length: number): void {
    let size = Math.max(FIRST_BYTES, this.reserved);
    while (size < length) size *= 2;
    if (!this.#hooks.reserve(size - this.reserved)) throw busy();
    const larger = Buffer.allocUnsafeSlow(size);
    larger.set(this.bytes);
    this.#memory = larger;
  }
}

const CLOSE = ['Connection', 'close'] as const;

function busy(): Refusal {
  const why = 'Too many unfinished bodies of requests at once; this one was ended to make room for others.';
  return new Refusal(503, why, [['Retry-After', '1'], CLOSE]);
}

function tooSlow(ms: number): Refusal {
  return new Refusal(408, `The body did not arrive within ${ms / 1000} seconds.`, [CLOSE]);
}
