/** One thing that every plugin of a category does. Rules are data: a suite, a doctor or a mutation check runs them one by one. */
export interface Rule<Context> {
  /** Short and stable, as `reconnect-keeps-audio`. */
  readonly id: string;
  /** What is true of a good plugin, as a sentence without a subject: "closes once, however often it is asked". */
  readonly title: string;
  /** Rejects with what was seen instead, when the plugin breaks the rule. */
  run(context: Context): Promise<void>;
}
