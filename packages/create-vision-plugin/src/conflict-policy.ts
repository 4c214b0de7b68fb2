/** What to do about a file that both we and the user have changed. */
export const conflictPolicies = ['fail', 'keep', 'overwrite'] as const;
export type ConflictPolicy = (typeof conflictPolicies)[number];
