/** One way to do what a row of the table measures. */
export interface Candidate {
  /** `ours`, or who else. */
  readonly name: string;
  /** Makes what is needed and returns one batch of work. */
  prepare(): Batch | Promise<Batch>;
}

export interface Batch {
  /** How many items one run handles. */
  readonly items: number;
  run(): void | Promise<void>;
  /** How often to run after a warm-up, where one run is long; otherwise as often as fits into the time. */
  readonly runs?: number | undefined;
  /** After each run, outside of the time. */
  after?(): Promise<void>;
  /** After the last. */
  end?(): Promise<void>;
}

export interface Recorded {
  readonly name: string;
  readonly us: number;
}

/** One row: candidates that do the same, and figures that were measured elsewhere. */
export interface Row {
  readonly id: string;
  readonly title: string;
  /** Microseconds an item took elsewhere, on a machine of this kind: nothing that runs here. */
  readonly recorded?: readonly Recorded[] | undefined;
  /** How much sound an item is, where speed against real time says something. */
  readonly audioMs?: number | undefined;
  readonly candidates: readonly Candidate[];
}

export interface Section {
  readonly title: string;
  /** What an item is. */
  readonly item: string;
  readonly rows: readonly Row[];
  /** How many rounds, unless the command says. */
  readonly rounds?: number | undefined;
}
