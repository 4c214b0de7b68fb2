/** Runs with these environment variables unset, and sets them again. */
export async function withoutEnvironment(
  variables: readonly string[],
  run: () => void | Promise<void>,
): Promise<void> {
  const before = variables.map((variable) => [variable, process.env[variable]] as const);
  for (const variable of variables) delete process.env[variable];
  try {
    await run();
  } finally {
    for (const [variable, value] of before) if (value !== undefined) process.env[variable] = value;
  }
}
