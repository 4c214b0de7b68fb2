/** Someone in a call. `id` is unique in the call; `userId` need not be, because one user may join twice. */
export interface Participant {
  id: string;
  userId: string;
  name?: string | undefined;
}
