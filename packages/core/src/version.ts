/** The version of @vision-agents/core; a test holds it to package.json. */
export const coreVersion = '0.1.0';
